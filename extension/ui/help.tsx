import type { JSX } from 'preact';
import { say, type Word } from './words.ts';

const KEYS: readonly (readonly [keys: readonly string[], does: Word])[] = [
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
    <section class="help view" aria-label={say('keyboard')}>
      <h2>{say('keyboard')}</h2>
      <dl>
        {KEYS.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{say(does)}</dd>
          </div>
        ))}
      </dl>
      <button type="button" data-action="back" class="back" onClick={onBack}>
        {say('back')}
      </button>
    </section>
  );
}
