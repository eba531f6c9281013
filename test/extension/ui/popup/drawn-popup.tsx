import { cleanup, render } from '@testing-library/preact';
import { type Browsing, INITIAL_BROWSING } from '../../../../extension/app/flags/browsing-store.ts';
import type { SessionState } from '../../../../extension/app/session/session-state.ts';
import { INITIAL_SHARING, type SharingState } from '../../../../extension/app/sharing/sharing-store.ts';
import * as views from '../../../../extension/ui/popup/lazy-views.ts';
import { Popup } from '../../../../extension/ui/popup/popup.tsx';
import type { PopupActions } from '../../../../extension/ui/popup/popup-actions.ts';

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
  browsing: Browsing = INITIAL_BROWSING,
  sharing: SharingState = INITIAL_SHARING,
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

function recorded(asked: string[]): PopupActions {
  return {
    choose: (flag, variant) => void asked.push(`choose ${flag} ${variant}`.trim()),
    clearAll: () => void asked.push('clearAll'),
    undo: () => void asked.push('undo'),
    requestGrant: () => void asked.push('askForGrant'),
    revokeGrant: () => void asked.push('giveGrantBack'),
    allowDirectFetch: () => void asked.push('allowDetour'),
    reload: () => void asked.push('reload'),
    retry: () => void asked.push('retry'),
    search: (text) => void asked.push(`search ${text}`),
    removeOverrides: (flags) => void asked.push(`cleanUp ${flags.join(' ')}`),
    filter: (filter) => void asked.push(`filter ${filter}`),
    view: (view) => void asked.push(`view ${view}`),
    cycleVariant: (flag, by) => void asked.push(`walk ${flag} ${by}`),
    loadMore: () => void asked.push('readOn'),
    sharing: {
      apply: (proposed, mode) => void asked.push(`apply ${JSON.stringify([...proposed])} ${mode}`),
      expand: (expanded) => void asked.push(`expand ${expanded?.by} ${expanded?.name}`),
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
