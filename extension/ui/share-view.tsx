import type { JSX } from 'preact';
import type { Copy } from '../app/copies.ts';
import type { Ready } from '../app/session-state.ts';
import type { Sharing } from '../app/share-desk.ts';
import type { ShareActions } from './actions.ts';
import { ImportField } from './import-field.tsx';
import { ViewFrame } from './view.tsx';
import { say, type Word } from './words.ts';

interface ShareViewProps {
  readonly site: Ready;
  readonly sharing: Sharing;
  readonly actions: ShareActions;
  readonly onBack: () => void;
}

/** Taking the overrides away in many forms, and bringing them in. */
export function ShareView({ site, sharing: { copied, pasted }, actions, onBack }: ShareViewProps): JSX.Element {
  const isEmpty = site.stored.variants.size === 0;
  return (
    <ViewFrame title={say('share')} onBack={onBack}>
      {isEmpty && <p class="quiet">{say('nothingToShare')}</p>}
      <div class="buttons">
        {BUTTONS.map(([copy, word]) => (
          <button
            key={copy}
            type="button"
            data-action={`copy-${copy}`}
            disabled={isEmpty && copy !== 'report'}
            onClick={() => actions.copy(copy)}
          >
            {say(word)}
          </button>
        ))}
      </div>
      <p class="quiet">{say('whatIsShared')}</p>
      {copied && <Copied copied={copied} />}
      <ImportField site={site} pasted={pasted} actions={actions} />
    </ViewFrame>
  );
}

const BUTTONS: readonly (readonly [Copy, Word])[] = [
  ['link', 'copyLink'],
  ['json', 'copyJson'],
  ['curl', 'copyCurl'],
  ['playwright', 'copyPlaywright'],
  ['cypress', 'copyCypress'],
  ['report', 'copyReport'],
];

/** What has just been copied: to be looked at, and to be copied by hand where the browser did not let us. */
function Copied({ copied: { text, isTaken } }: { readonly copied: NonNullable<Sharing['copied']> }): JSX.Element {
  return (
    <div class="copied">
      <p role={isTaken ? 'status' : 'alert'}>{say(isTaken ? 'copied' : 'notCopied')}</p>
      <textarea readOnly rows={4} aria-label={say('copiedText')} value={text} />
    </div>
  );
}
