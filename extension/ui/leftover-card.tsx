import type { JSX } from 'preact';
import type { Leftover } from '../app/flag-rows.ts';
import { ignoredText } from './messages.ts';
import { say } from './words.ts';

interface LeftoverCardProps {
  readonly leftover: Leftover;
  readonly onRemove: () => void;
}

/** An override of a flag that the site does not list: a forgotten one, as a rule. */
export function LeftoverCard({ leftover, onRemove }: LeftoverCardProps): JSX.Element {
  const { label, variant, code } = leftover;
  return (
    <section class="card doubtful" aria-label={say('leftover', label)}>
      <h2 dir="ltr">{label}</h2>
      <p class="now">{variant ?? say('notAVariant')}</p>
      <p class="doubt">
        {code === undefined ? say('notListed') : ignoredText(code, variant ?? '')}{' '}
        <button
          type="button"
          data-action="remove"
          class="link"
          aria-label={`${say('removeOverride')}: ${label}`}
          onClick={onRemove}
        >
          {say('removeOverride')}
        </button>
      </p>
    </section>
  );
}
