import type { ComponentChildren, JSX } from 'preact';
import { type MessageKey, t } from '../i18n/translate.ts';

interface ViewProps {
  readonly title: string;
  readonly onBack: () => void;
  readonly children: ComponentChildren;
}

/** What is seen in place of the flags for a while, and the way back to them. */
export function ViewFrame({ title, onBack, children }: ViewProps): JSX.Element {
  return (
    <section class="view" aria-label={title}>
      <div class="view-head">
        <button type="button" data-action="back" class="back" onClick={onBack}>
          {t('back')}
        </button>
        <h2 tabIndex={-1}>{title}</h2>
      </div>
      {children}
    </section>
  );
}

const KEYS: readonly (readonly [keys: readonly string[], does: MessageKey])[] = [
  [['/'], 'keySearch'],
  [['↑', '↓'], 'keyMove'],
  [['1', '…', '9'], 'keyChoose'],
  [['0'], 'keyNone'],
  [['[', ']'], 'keyWalk'],
  [['r'], 'keyReload'],
  [['?'], 'keyHelp'],
  [['Esc'], 'keyBack'],
];

/** What each key does. */
export function Help({ onBack }: { readonly onBack: () => void }): JSX.Element {
  return (
    <section class="help view" aria-label={t('keyboard')}>
      <h2>{t('keyboard')}</h2>
      <dl>
        {KEYS.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(does)}</dd>
          </div>
        ))}
      </dl>
      <button type="button" data-action="back" class="back" onClick={onBack}>
        {t('back')}
      </button>
    </section>
  );
}
