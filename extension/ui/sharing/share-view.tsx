import type { JSX } from 'preact';
import type { Ready } from '../../app/session/session-state.ts';
import type { ExportFormat } from '../../app/sharing/export-formats.ts';
import { type ImportProblem, parseImport } from '../../app/sharing/import-overrides.ts';
import type { SharingState } from '../../app/sharing/sharing-store.ts';
import { type MessageKey, t } from '../i18n/translate.ts';
import type { SharingActions } from '../popup/popup-actions.ts';
import { ViewFrame } from '../popup/view-frame.tsx';
import { OpenOnPhone } from './phone-link.tsx';
import { PlanPreview } from './plan-preview.tsx';

interface ShareViewProps {
  readonly site: Ready;
  readonly sharing: SharingState;
  readonly actions: SharingActions;
  readonly onBack: () => void;
}

/** The view that copies the overrides in several formats, and imports overrides. */
export function ShareView({ site, sharing: { copied, pasted }, actions, onBack }: ShareViewProps): JSX.Element {
  const isEmpty = site.stored.variants.size === 0;
  return (
    <ViewFrame title={t('share')} onBack={onBack}>
      {isEmpty && <p class="quiet">{t('nothingToShare')}</p>}
      <div class="buttons">
        {EXPORT_BUTTONS.map(([copy, label]) => (
          <button
            key={copy}
            type="button"
            data-action={`copy-${copy}`}
            disabled={isEmpty && copy !== 'report'}
            onClick={() => actions.copy(copy)}
          >
            {t(label)}
          </button>
        ))}
      </div>
      <p class="quiet">{t('whatIsShared')}</p>
      {copied && copied.copy !== 'phone' && <Copied copied={copied} />}
      <OpenOnPhone site={site} actions={actions}>
        {copied?.copy === 'phone' && <Copied copied={copied} />}
      </OpenOnPhone>
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

/** The string that was just copied. If the clipboard could not be written, the user can copy it by hand. */
function Copied({
  copied: { text, isWritten },
}: {
  readonly copied: NonNullable<SharingState['copied']>;
}): JSX.Element {
  return (
    <div class="copied">
      <p role={isWritten ? 'status' : 'alert'}>{t(isWritten ? 'copied' : 'notCopied')}</p>
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

/** A field for pasting overrides, and a preview of what they would change. */
function ImportField({ site, pasted, actions }: ImportFieldProps): JSX.Element {
  const result = parseImport(pasted);
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
      {result.kind === 'problem' && (
        <p class="doubt" role="alert">
          {t(IMPORT_ERRORS[result.problem])}
        </p>
      )}
      {result.kind === 'entries' && (
        <PlanPreview site={site} proposed={result.entries} onApply={(mode) => actions.apply(result.entries, mode)} />
      )}
    </>
  );
}
