import type { JSX } from 'preact';
import { LONGEST_FILE, type PresetFileProblem, type WrongEntry } from '../app/preset-file.ts';
import { type Fate, type PlannedPreset, plannedImport } from '../app/preset-import.ts';
import type { KeptPresets } from '../app/preset-keeper.ts';
import { overridesText } from './overrides-text.ts';
import { say, sayCount, type Word } from './words.ts';

/** What a person can do to import presets. */
export interface PresetImportActions {
  paste(text: string): void;
  /** A file was chosen that the browser cannot read. */
  loseFile(): void;
  import(): void;
}

interface PresetImportProps {
  readonly kept: KeptPresets;
  readonly actions: PresetImportActions;
}

/** A file or a text with presets, and what of it would be added. */
export function PresetImport({ kept, actions }: PresetImportProps): JSX.Element {
  const { sites, pasted, file, imported } = kept;
  const problem = file.kind === 'problem' ? PROBLEMS[file.problem] : file.kind === 'unread' && 'presetsUnread';
  return (
    <div class="preset-import">
      <h3>{say('importTitle')}</h3>
      <label class="field">
        {say('choosePresets')}
        <input type="file" accept=".json,application/json" onChange={(event) => void readChosen(event, actions)} />
      </label>
      <label class="field">
        {say('pastePresets')}
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
          {say(problem)}
        </p>
      )}
      {file.kind === 'presets' && (
        <Preview planned={plannedImport(sites, file.presets)} wrong={file.wrong} onImport={actions.import} />
      )}
      <p role="status">{typeof imported === 'number' && sayCount('presetsAdded', imported)}</p>
      {imported === 'failed' && (
        <p class="wrong" role="alert">
          {say('presetsNotKept')}
        </p>
      )}
    </div>
  );
}

interface PreviewProps {
  readonly planned: readonly PlannedPreset[];
  readonly wrong: readonly WrongEntry[];
  readonly onImport: () => void;
}

function Preview({ planned, wrong, onImport }: PreviewProps): JSX.Element {
  const count = planned.filter(({ fate }) => fate === 'new').length;
  return (
    <>
      <ul class="planned">
        {planned.slice(0, SHOWN).map(({ origin, preset, fate }, at) => (
          <li key={at} data-fate={fate}>
            <b dir="auto">{preset.name}</b> <span class="address">{origin}</span>
            <p class="overrides">{overridesText(preset.overrides)}</p>
            {fate !== 'new' && <p class={fate === 'same' ? 'quiet' : 'wrong'}>{say(FATES[fate])}</p>}
          </li>
        ))}
      </ul>
      <Rest of={planned} />
      {wrong.length > 0 && (
        <ul class="wrong" aria-label={say('presetsWrong')}>
          {wrong.slice(0, SHOWN).map((entry, at) => (
            <li key={at}>{wrongText(entry)}</li>
          ))}
        </ul>
      )}
      <Rest of={wrong} />
      <p>
        <button type="button" class="primary" disabled={count === 0} onClick={onImport}>
          {sayCount('addPresets', count)}
        </button>
      </p>
    </>
  );
}

function Rest({ of }: { readonly of: readonly unknown[] }): JSX.Element | null {
  return of.length > SHOWN ? <p class="quiet">{say('andMore', of.length - SHOWN)}</p> : null;
}

// More than anybody reads, and few enough to be drawn at each key.
const SHOWN = 100;

const PROBLEMS: Readonly<Record<PresetFileProblem, Word>> = {
  'too-large': 'presetsTooLarge',
  'not-json': 'presetsNotJson',
  'not-presets': 'presetsNotPresets',
};

const FATES: Readonly<Record<Exclude<Fate, 'new'>, Word>> = {
  same: 'presetSame',
  taken: 'presetTaken',
  full: 'presetsFull',
};

function wrongText(entry: WrongEntry): string {
  switch (entry.kind) {
    case 'site':
      return say('presetsNoSite', entry.site);
    case 'preset':
      return say('notAPreset', entry.number, entry.site);
    case 'overrides':
      return sayCount('presetDropped', entry.dropped, entry.preset);
  }
}

async function readChosen(
  { currentTarget: field }: { readonly currentTarget: HTMLInputElement },
  actions: PresetImportActions,
): Promise<void> {
  const [file] = field.files ?? [];
  if (file === undefined) return;
  try {
    // No more than is needed to see that it is too large: a character has at most three octets.
    actions.paste(await file.slice(0, 3 * LONGEST_FILE + 3).text());
  } catch {
    actions.loseFile(); // moved or deleted since it was chosen
  }
  field.value = ''; // so that the same file can be chosen again
}
