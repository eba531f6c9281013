import type { ComponentChildren, JSX } from 'preact';
import { say } from './words.ts';

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
          {say('back')}
        </button>
        <h2 tabIndex={-1}>{title}</h2>
      </div>
      {children}
    </section>
  );
}
