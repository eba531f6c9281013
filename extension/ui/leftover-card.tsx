import type { JSX } from 'preact';
import type { Leftover } from '../app/flag-rows.ts';
import { ignoredText } from './messages.ts';

interface LeftoverCardProps {
  readonly leftover: Leftover;
  readonly onRemove: () => void;
}

/** An override of a flag that the site does not list: a forgotten one, as a rule. */
export function LeftoverCard({ leftover, onRemove }: LeftoverCardProps): JSX.Element {
  const { label, variant, code } = leftover;
  return (
    <section class="card doubtful" aria-label={`Leftover override ${label}`}>
      <h2 dir="ltr">{label}</h2>
      <p class="now">{variant === undefined ? 'not a variant' : variant}</p>
      <p class="doubt">
        {code === undefined
          ? 'Your cookie sets it, but the site lists no such flag.'
          : ignoredText(code, variant ?? '')}{' '}
        <button type="button" class="link" onClick={onRemove}>
          Remove it
        </button>
      </p>
    </section>
  );
}
