import type { ComponentChildren, JSX } from 'preact';
import { type MessageKey, t } from '../i18n/translate.ts';

interface ViewProps {
  readonly title: string;
  readonly onBack: () => void;
  readonly children: ComponentChildren;
}

/** A view shown instead of the flags, with a button that returns to them. */
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

const KEYS: readonly (readonly [keys: readonly string[], description: MessageKey])[] = [
  [['/'], 'keySearch'],
  [['↑', '↓'], 'keyMove'],
  [['1', '…', '9'], 'keyChoose'],
  [['0'], 'keyNone'],
  [['[', ']'], 'keyWalk'],
  [['r'], 'keyReload'],
  [['?'], 'keyHelp'],
  [['Esc'], 'keyBack'],
];

/** The list of keyboard commands. */
export function Help({ onBack }: { readonly onBack: () => void }): JSX.Element {
  return (
    <section class="help view" aria-label={t('keyboard')}>
      <h2>{t('keyboard')}</h2>
      <dl>
        {KEYS.map(([keys, description]) => (
          <div key={description}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(description)}</dd>
          </div>
        ))}
      </dl>
      <button type="button" data-action="back" class="back" onClick={onBack}>
        {t('back')}
      </button>
    </section>
  );
}
