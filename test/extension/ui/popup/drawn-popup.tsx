import { cleanup, render } from '@testing-library/preact';
import { type Browsing, INITIAL_BROWSING } from '../../../../extension/app/flags/browsing-store.ts';
import { INITIAL_PRESETS, type PresetsState } from '../../../../extension/app/presets/presets-store.ts';
import type { SessionState } from '../../../../extension/app/session/session-state.ts';
import { INITIAL_SHARING, type SharingState } from '../../../../extension/app/sharing/sharing-store.ts';
import type { RefusedValues } from '../../../../extension/app/view-as/context-fields.ts';
import * as views from '../../../../extension/ui/popup/lazy-views.ts';
import { Popup } from '../../../../extension/ui/popup/popup.tsx';
import type { EditablePresets, PopupActions, ViewAsInput } from '../../../../extension/ui/popup/popup-actions.ts';

/** The drawn popup, and the actions that it has called, one line each. */
export interface DrawnPopup {
  readonly main: HTMLElement;
  readonly calls: readonly string[];
  redraw(state: SessionState, browsing?: Browsing): void;
  /** One flag's row. */
  row(flag: string): HTMLElement;
  /** The radio of a variant in a flag's row. */
  radio(flag: string, variant: string): HTMLInputElement;
  /** A button by its text. */
  button(text: string): HTMLButtonElement | undefined;
  /** The texts of all elements with a role. */
  texts(role: 'status' | 'alert'): readonly string[];
}

/** Draws the popup in place of the previous test's. */
export function drawnPopup(
  state: SessionState,
  browsing: Browsing = INITIAL_BROWSING,
  sharing: SharingState = INITIAL_SHARING,
  presetsState: PresetsState = INITIAL_PRESETS,
  hasViews = true,
  refused: RefusedValues = new Map(),
): DrawnPopup {
  cleanup();
  const calls: string[] = [];
  const actions = recorded(calls);
  const presets = recordedPresets(calls, presetsState);
  const viewAs: ViewAsInput = { refused, enter: ({ key }, text) => void calls.push(`enter ${key} ${text}`.trim()) };
  const popup = (shown: SessionState, shownBrowsing: Browsing) => (
    <Popup
      state={shown}
      browsing={shownBrowsing}
      sharing={sharing}
      presets={presets}
      viewAs={viewAs}
      views={hasViews ? views : undefined}
      actions={actions}
    />
  );
  const view = render(popup(state, browsing));
  const all = (selector: string): HTMLElement[] => [...view.container.querySelectorAll<HTMLElement>(selector)];
  const one = <Element extends HTMLElement>(selector: string): Element => {
    const [found, ...others] = all(selector);
    if (found === undefined || others.length > 0) throw new Error(`${1 + others.length} elements match ${selector}`);
    return found as Element;
  };
  return {
    get main() {
      return one('main');
    },
    calls,
    redraw: (next, nextBrowsing = browsing) => view.rerender(popup(next, nextBrowsing)),
    row: (flag) => one(`[data-flag="${flag}"]`),
    radio: (flag, variant) => one(`[data-flag="${flag}"] input[type=radio][value="${variant}"]`),
    button: (text) => all('button').find(({ textContent }) => textContent === text) as HTMLButtonElement | undefined,
    texts: (role) => all(`[role=${role}]`).map(({ textContent }) => textContent ?? ''),
  };
}

function recorded(calls: string[]): PopupActions {
  return {
    choose: (flag, variant) => void calls.push(`choose ${flag} ${variant}`.trim()),
    clearAll: () => void calls.push('clearAll'),
    undo: () => void calls.push('undo'),
    watch: () => void calls.push('watch'),
    stopWatching: () => void calls.push('stopWatching'),
    requestGrant: () => void calls.push('requestGrant'),
    revokeGrant: () => void calls.push('revokeGrant'),
    allowDirectFetch: () => void calls.push('allowDirectFetch'),
    reload: () => void calls.push('reload'),
    retry: () => void calls.push('retry'),
    search: (text) => void calls.push(`search ${text}`),
    removeOverrides: (flags) => void calls.push(`removeOverrides ${flags.join(' ')}`),
    filter: (filter) => void calls.push(`filter ${filter}`),
    view: (view) => void calls.push(`view ${view}`),
    cycleVariant: (flag, by) => void calls.push(`cycleVariant ${flag} ${by}`),
    compare: (flag) => void calls.push(`compare ${flag}`),
    loadMore: () => void calls.push('loadMore'),
    sharing: {
      apply: (proposed, mode) => void calls.push(`apply ${JSON.stringify([...proposed])} ${mode}`),
      expand: (expanded) => void calls.push(`expand ${expanded?.by} ${expanded?.name}`),
      dismiss: (href) => void calls.push(`dismiss ${href}`),
      copy: (copy) => void calls.push(`copy ${copy}`),
      copyText: (copy, text) => void calls.push(`copy ${copy} ${text}`),
      paste: (text) => void calls.push(`paste ${text}`),
    },
    pin: (isPinned) => void calls.push(`pin ${isPinned}`),
    openOptions: () => void calls.push('openOptions'),
  };
}

function recordedPresets(calls: string[], state: PresetsState): EditablePresets {
  return {
    state,
    save: ({ name }, overrides) => void calls.push(`save ${name} ${[...overrides.keys()]}`),
    rename: ({ name }, to) => void calls.push(`rename ${name} ${to}`),
    move: ({ name }, by) => void calls.push(`move ${name} ${by}`),
    delete: ({ name }) => void calls.push(`delete ${name}`),
    restore: () => void calls.push('restore'),
  };
}
