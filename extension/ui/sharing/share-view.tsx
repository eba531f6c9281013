import type { JSX } from 'preact';
import type { Ready } from '../../app/session/session-state.ts';
import type { ExportFormat } from '../../app/sharing/export-formats.ts';
import { type ImportProblem, parseImport } from '../../app/sharing/import-overrides.ts';
import type { SharingState } from '../../app/sharing/sharing-store.ts';
import { type MessageKey, t } from '../i18n/translate.ts';
import type { SharingActions } from '../popup/popup-actions.ts';
import { ViewFrame } from '../popup/view-frame.tsx';
import { PlanPreview } from './plan-preview.tsx';

interface ShareViewProps {
  readonly site: Ready;
  readonly sharing: SharingState;
  readonly actions: SharingActions;
  readonly onBack: () => void;
}

/** Taking the overrides away in many forms, and bringing them in. */
export function ShareView({ site, sharing: { copied, pasted }, actions, onBack }: ShareViewProps): JSX.Element {
  const isEmpty = site.stored.variants.size === 0;
  return (
    <ViewFrame title={t('share')} onBack={onBack}>
      {isEmpty && <p class="quiet">{t('nothingToShare')}</p>}
      <div class="buttons">
        {EXPORT_BUTTONS.map(([copy, word]) => (
          <button
            key={copy}
            type="button"
            data-action={`copy-${copy}`}
            disabled={isEmpty && copy !== 'report'}
            onClick={() => actions.copy(copy)}
          >
            {t(word)}
          </button>
        ))}
      </div>
      <p class="quiet">{t('whatIsShared')}</p>
      {copied && <Copied copied={copied} />}
      <ImportField site={site} pasted={pasted} actions={actions} />
    </ViewFrame>
  );
}

const EXPORT_BUTTONS: readonly (readonly [ExportFormat, MessageKey])[] = [
  ['link', 'copyLink'],
  ['json', 'copyJson'],
  ['curl', 'copyCurl'],
  ['playwright', 'copyPlaywright'],
  ['cypress', 'copyCypress'],
  ['report', 'copyReport'],
];

/** What has just been copied: to be looked at, and to be copied by hand where the browser did not let us. */
function Copied({ copied: { text, isTaken } }: { readonly copied: NonNullable<SharingState['copied']> }): JSX.Element {
  return (
    <div class="copied">
      <p role={isTaken ? 'status' : 'alert'}>{t(isTaken ? 'copied' : 'notCopied')}</p>
      <textarea readOnly rows={4} aria-label={t('copiedText')} value={text} />
    </div>
  );
}

interface ImportFieldProps {
  readonly site: Ready;
  readonly pasted: string;
  readonly actions: Pick<SharingActions, 'paste' | 'apply'>;
}

const IMPORT_ERRORS: Readonly<Record<ImportProblem, MessageKey>> = {
  'not-json': 'importNotJson',
  'not-an-object': 'importNotAnObject',
  'too-large': 'importTooLarge',
};

/** A field to paste overrides into, and what they would change. */
function ImportField({ site, pasted, actions }: ImportFieldProps): JSX.Element {
  const reading = parseImport(pasted);
  return (
    <>
      <h3>{t('importTitle')}</h3>
      <textarea
        rows={4}
        spellcheck={false}
        aria-label={t('importLabel')}
        placeholder={t('importLabel')}
        value={pasted}
        onInput={({ currentTarget }) => actions.paste(currentTarget.value)}
      />
      {reading.kind === 'problem' && (
        <p class="doubt" role="alert">
          {t(IMPORT_ERRORS[reading.problem])}
        </p>
      )}
      {reading.kind === 'entries' && (
        <PlanPreview site={site} proposed={reading.entries} onApply={(mode) => actions.apply(reading.entries, mode)} />
      )}
    </>
  );
}
