import type { View } from '../../app/flags/browsing-store.ts';
import { commandForKey, type KeyContext } from '../../app/flags/key-bindings.ts';
import type { PopupActions } from './popup-actions.ts';

/** What the keyboard can do beside what the browser does for it. */
export type KeyActions = Pick<PopupActions, 'reload' | 'cycleVariant' | 'loadMore'> & {
  readonly view: (view: 'help') => void;
  /** Leaves a view, or a search; whether there was one to leave. */
  readonly back: () => boolean;
};

/** Works the popup from the keyboard: flags are moved through by arrows, and chosen by digits. */
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
      case 'walk':
        return actions.cycleVariant(row?.dataset.flag ?? '', command.by);
    }
  });
}

function contextOf(focused: Element | null, row: HTMLElement | undefined): KeyContext {
  if (focused?.matches('input[type=search]')) return 'search';
  if (focused?.matches('textarea, select, input:not([type=radio], [type=checkbox])')) return 'field';
  return row === undefined ? 'elsewhere' : 'flag';
}

function moveFocus(document: Document, from: HTMLElement | undefined, by: 1 | -1, readOn: () => void): void {
  const next = from === undefined ? (by === 1 ? 0 : -1) : rows(document).indexOf(from) + by;
  if (next < 0) {
    searchField(document)?.focus();
    return;
  }
  if (next >= rows(document).length) readOn();
  const row = rows(document)[next];
  if (row === undefined) return;
  const target = radios(row).find(({ checked }) => checked) ?? radios(row)[0];
  if (target?.disabled === false) target.focus();
  else row.focus(); // what is locked can still be read
  row.scrollIntoView({ block: 'nearest' });
}

const rows = (document: Document): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-flag]')];

const radios = (row: HTMLElement | undefined): HTMLInputElement[] => [
  ...(row?.querySelectorAll<HTMLInputElement>('input[type=radio]') ?? []),
];

const searchField = (document: Document): HTMLInputElement | null => document.querySelector('input[type=search]');

/** Puts the focus where a person goes on after a view has come, or has gone again. */
export function focusView(document: Document, from: View, to: View): void {
  const selector = to === 'flags' ? `[data-view="${from}"]` : '.view h2';
  document.querySelector<HTMLElement>(selector)?.focus();
}

/** Puts the focus on what one does after many overrides have changed. */
export function focusReload(document: Document): void {
  document.querySelector<HTMLElement>('footer > button:last-of-type')?.focus();
}
