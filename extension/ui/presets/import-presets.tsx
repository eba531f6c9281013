import type { JSX } from 'preact';
import {
  type ImportOutcome,
  type ImportState,
  type InvalidEntry,
  MAX_FILE_LENGTH,
  type PlannedPreset,
  type PresetFileError,
  planImport,
} from '../../app/presets/preset-file.ts';
import type { PresetsBySite } from '../../app/presets/presets.ts';
import { type MessageKey, t, tCount } from '../i18n/translate.ts';

/** The user's actions for importing presets. */
export interface ImportPresetsActions {
  paste(text: string): void;
  /** Reports that the browser could not read the chosen file. */
  reportUnreadableFile(): void;
  import(): void;
}

interface ImportPresetsProps {
  readonly sites: PresetsBySite;
  readonly state: ImportState;
  readonly actions: ImportPresetsActions;
}

/** The fields for importing presets from a file or a string, and a preview of what would be added. */
export function ImportPresets({ sites, state, actions }: ImportPresetsProps): JSX.Element {
  const { pasted, file, imported } = state;
  const problem = file.kind === 'problem' ? FILE_ERRORS[file.problem] : file.kind === 'unread' && 'presetsUnread';
  return (
    <div class="preset-import">
      <h3>{t('importTitle')}</h3>
      <label class="field">
        {t('choosePresets')}
        <input
          type="file"
          accept=".json,application/json"
          onChange={(event) => void readSelectedFile(event, actions)}
        />
      </label>
      <label class="field">
        {t('pastePresets')}
        <textarea
          name="presets"
          rows={4}
          dir="ltr"
          spellcheck={false}
          value={pasted}
          onInput={({ currentTarget }) => actions.paste(currentTarget.value)}
        />
      </label>
      {problem && (
        <p class="wrong" role="alert">
          {t(problem)}
        </p>
      )}
      {file.kind === 'presets' && (
        <Preview planned={planImport(sites, file.presets)} wrong={file.wrong} onImport={actions.import} />
      )}
      <p role="status">{typeof imported === 'number' && tCount('presetsAdded', imported)}</p>
      {imported === 'failed' && (
        <p class="wrong" role="alert">
          {t('presetsNotKept')}
        </p>
      )}
    </div>
  );
}

interface PreviewProps {
  readonly planned: readonly PlannedPreset[];
  readonly wrong: readonly InvalidEntry[];
  readonly onImport: () => void;
}

function Preview({ planned, wrong, onImport }: PreviewProps): JSX.Element {
  const count = planned.filter(({ outcome }) => outcome === 'new').length;
  return (
    <>
      <ul class="planned">
        {planned.slice(0, MAX_SHOWN).map(({ origin, preset, outcome }, at) => (
          <li key={at} data-outcome={outcome}>
            <b dir="auto">{preset.name}</b> <span class="address">{origin}</span>
            <p class="overrides">{overridesText(preset.overrides)}</p>
            {outcome !== 'new' && <p class={outcome === 'same' ? 'quiet' : 'wrong'}>{t(OUTCOMES[outcome])}</p>}
          </li>
        ))}
      </ul>
      <MoreCount of={planned} />
      {wrong.length > 0 && (
        <ul class="wrong" aria-label={t('presetsWrong')}>
          {wrong.slice(0, MAX_SHOWN).map((entry, at) => (
            <li key={at}>{invalidEntryText(entry)}</li>
          ))}
        </ul>
      )}
      <MoreCount of={wrong} />
      <p>
        <button type="button" class="primary" disabled={count === 0} onClick={onImport}>
          {tCount('addPresets', count)}
        </button>
      </p>
    </>
  );
}

function MoreCount({ of }: { readonly of: readonly unknown[] }): JSX.Element | null {
  return of.length > MAX_SHOWN ? <p class="quiet">{t('andMore', of.length - MAX_SHOWN)}</p> : null;
}

// Few enough to render at each key press.
const MAX_SHOWN = 100;

const FILE_ERRORS: Readonly<Record<PresetFileError, MessageKey>> = {
  'too-large': 'presetsTooLarge',
  'not-json': 'presetsNotJson',
  'not-presets': 'presetsNotPresets',
};

const OUTCOMES: Readonly<Record<Exclude<ImportOutcome, 'new'>, MessageKey>> = {
  same: 'presetSame',
  taken: 'presetTaken',
  full: 'presetsFull',
};

function invalidEntryText(entry: InvalidEntry): string {
  switch (entry.kind) {
    case 'site':
      return t('presetsNoSite', entry.site);
    case 'preset':
      return t('notAPreset', entry.number, entry.site);
    case 'overrides':
      return tCount('presetDropped', entry.dropped, entry.preset);
  }
}

async function readSelectedFile(
  { currentTarget: field }: { readonly currentTarget: HTMLInputElement },
  actions: ImportPresetsActions,
): Promise<void> {
  const [file] = field.files ?? [];
  if (file === undefined) return;
  try {
    // Read only as much as shows that the file is too large: a UTF-16 code unit has at most three bytes in UTF-8.
    actions.paste(await file.slice(0, 3 * MAX_FILE_LENGTH + 3).text());
  } catch {
    actions.reportUnreadableFile(); // moved or deleted since it was chosen
  }
  field.value = ''; // so that the same file can be chosen again
}

const MAX_OVERRIDES_SHOWN = 8;

/** The first overrides of a preset, in one line. */
export function overridesText(overrides: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(overrides);
  const shown = pairs.slice(0, MAX_OVERRIDES_SHOWN).map(([flag, variant]) => `${flag} = ${variant}`);
  return [
    ...shown,
    ...(pairs.length > MAX_OVERRIDES_SHOWN ? [t('andMore', pairs.length - MAX_OVERRIDES_SHOWN)] : []),
  ].join(' · ');
}
