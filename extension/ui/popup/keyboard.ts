import type { View } from '../../app/flags/browsing-store.ts';
import { commandForKey, type KeyContext } from '../../app/flags/key-bindings.ts';
import type { PopupActions } from './popup-actions.ts';

/** The actions of the popup's keyboard commands. */
export type KeyActions = Pick<PopupActions, 'reload' | 'cycleVariant' | 'loadMore'> & {
  readonly view: (view: 'help') => void;
  /** Closes the view, or else clears the search. Returns whether there was anything to close or clear. */
  readonly back: () => boolean;
};

/** Handles the popup's keyboard commands: arrow keys move between flags, digits choose variants. */
export function bindKeys(document: Document, actions: KeyActions): void {
  document.addEventListener('keydown', (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const focused = document.activeElement;
    const row = focused?.closest<HTMLElement>('[data-flag]') ?? undefined;
    const command = commandForKey(event, contextOf(focused, row));
    if (command === undefined || (command.kind === 'back' && !actions.back())) return;
    event.preventDefault();
    switch (command.kind) {
      case 'search':
        return searchField(document)?.focus();
      case 'reload':
        return actions.reload();
      case 'help':
        return actions.view('help');
      case 'move':
        return moveFocus(document, row, command.by, actions.loadMore);
      case 'choose':
        return radios(row)[command.place]?.click();
      case 'cycle':
        return actions.cycleVariant(row?.dataset.flag ?? '', command.by);
    }
  });
}

function contextOf(focused: Element | null, row: HTMLElement | undefined): KeyContext {
  if (focused?.matches('input[type=search]')) return 'search';
  if (focused?.matches('textarea, select, input:not([type=radio], [type=checkbox])')) return 'field';
  return row === undefined ? 'elsewhere' : 'flag';
}

function moveFocus(document: Document, from: HTMLElement | undefined, by: 1 | -1, loadMore: () => void): void {
  const next = from === undefined ? (by === 1 ? 0 : -1) : rows(document).indexOf(from) + by;
  if (next < 0) {
    searchField(document)?.focus();
    return;
  }
  if (next >= rows(document).length) loadMore();
  const row = rows(document)[next];
  if (row === undefined) return;
  const target = radios(row).find(({ checked }) => checked) ?? radios(row)[0];
  if (target?.disabled === false) target.focus();
  else row.focus(); // a locked flag has no enabled radio
  row.scrollIntoView({ block: 'nearest' });
}

const rows = (document: Document): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-flag]')];

const radios = (row: HTMLElement | undefined): HTMLInputElement[] => [
  ...(row?.querySelectorAll<HTMLInputElement>('input[type=radio]') ?? []),
];

const searchField = (document: Document): HTMLInputElement | null => document.querySelector('input[type=search]');

/** Moves the focus after a change of the view: to the heading of the new view, or to the button of the closed one. */
export function focusView(document: Document, from: View, to: View): void {
  const selector = to === 'flags' ? `[data-view="${from}"]` : '.view h2';
  document.querySelector<HTMLElement>(selector)?.focus();
}

/** Moves the focus to the reload button, after several overrides have changed. */
export function focusReload(document: Document): void {
  document.querySelector<HTMLElement>('footer > button:last-of-type')?.focus();
}
