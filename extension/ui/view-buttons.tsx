import type { JSX } from 'preact';
import type { View } from '../app/browsing.ts';
import { ScenariosIcon, ShareIcon } from './icons.tsx';
import { say } from './words.ts';

const BUTTONS = [
  ['scenarios', ScenariosIcon],
  ['share', ShareIcon],
] as const;

/** The ways to what lies over the list. */
export function ViewButtons({ onView }: { readonly onView: (view: View) => void }): JSX.Element {
  return (
    <>
      {BUTTONS.map(([view, Icon]) => (
        <button
          key={view}
          type="button"
          data-action={view}
          class="tool"
          data-view={view}
          title={say(view)}
          aria-label={say(view)}
          onClick={() => onView(view)}
        >
          <Icon />
        </button>
      ))}
    </>
  );
}
