import { cleanup, render } from '@testing-library/preact';
import { type Browsing, FIRST_LOOK } from '../../../extension/app/browsing.ts';
import type { SessionState } from '../../../extension/app/session-state.ts';
import { NOTHING_SHARED, type Sharing } from '../../../extension/app/share-desk.ts';
import type { Actions } from '../../../extension/ui/actions.ts';
import { Popup } from '../../../extension/ui/popup.tsx';
import * as views from '../../../extension/ui/views.ts';

/** The popup as a document, and what its reader has asked for so far, one line each. */
export interface DrawnPopup {
  readonly main: HTMLElement;
  readonly asked: readonly string[];
  redraw(state: SessionState, browsing?: Browsing): void;
  /** One flag's row. */
  row(flag: string): HTMLElement;
  /** The radio of a variant in a flag's row. */
  radio(flag: string, variant: string): HTMLInputElement;
  /** A button by its text. */
  button(text: string): HTMLButtonElement | undefined;
  /** The texts of the elements that have a role. */
  texts(role: 'status' | 'alert'): readonly string[];
}

/** Draws the popup in place of the one of the test before. */
export function drawnPopup(
  state: SessionState,
  browsing: Browsing = FIRST_LOOK,
  sharing: Sharing = NOTHING_SHARED,
): DrawnPopup {
  cleanup();
  const asked: string[] = [];
  const actions = recorded(asked);
  const popup = (shown: SessionState, how: Browsing) => (
    <Popup state={shown} browsing={how} sharing={sharing} views={views} actions={actions} />
  );
  const view = render(popup(state, browsing));
  const all = (selector: string): HTMLElement[] => [...view.container.querySelectorAll<HTMLElement>(selector)];
  const one = <Element extends HTMLElement>(selector: string): Element => {
    const [found, ...others] = all(selector);
    if (found === undefined || others.length > 0) throw new Error(`${1 + others.length} elements are ${selector}`);
    return found as Element;
  };
  return {
    get main() {
      return one('main');
    },
    asked,
    redraw: (next, how = browsing) => view.rerender(popup(next, how)),
    row: (flag) => one(`[data-flag="${flag}"]`),
    radio: (flag, variant) => one(`[data-flag="${flag}"] input[type=radio][value="${variant}"]`),
    button: (text) => all('button').find(({ textContent }) => textContent === text) as HTMLButtonElement | undefined,
    texts: (role) => all(`[role=${role}]`).map(({ textContent }) => textContent ?? ''),
  };
}

function recorded(asked: string[]): Actions {
  return {
    choose: (flag, variant) => void asked.push(`choose ${flag} ${variant}`.trim()),
    clearAll: () => void asked.push('clearAll'),
    undo: () => void asked.push('undo'),
    askForGrant: () => void asked.push('askForGrant'),
    giveGrantBack: () => void asked.push('giveGrantBack'),
    allowDetour: () => void asked.push('allowDetour'),
    reload: () => void asked.push('reload'),
    retry: () => void asked.push('retry'),
    search: (text) => void asked.push(`search ${text}`),
    cleanUp: (flags) => void asked.push(`cleanUp ${flags.join(' ')}`),
    filter: (filter) => void asked.push(`filter ${filter}`),
    view: (view) => void asked.push(`view ${view}`),
    walk: (flag, by) => void asked.push(`walk ${flag} ${by}`),
    readOn: () => void asked.push('readOn'),
    sharing: {
      apply: (proposed, mode) => void asked.push(`apply ${JSON.stringify([...proposed])} ${mode}`),
      unfold: (unfolded) => void asked.push(`unfold ${unfolded?.by} ${unfolded?.name}`),
      dismiss: (href) => void asked.push(`dismiss ${href}`),
      copy: (copy) => void asked.push(`copy ${copy}`),
      paste: (text) => void asked.push(`paste ${text}`),
      savePreset: (name) => void asked.push(`savePreset ${name}`),
      renamePreset: (from, to) => void asked.push(`renamePreset ${from} ${to}`),
      movePreset: (name, by) => void asked.push(`movePreset ${name} ${by}`),
      deletePreset: (name) => void asked.push(`deletePreset ${name}`),
      restorePreset: () => void asked.push('restorePreset'),
    },
    pin: (isPinned) => void asked.push(`pin ${isPinned}`),
    openOptions: () => void asked.push('openOptions'),
  };
}
