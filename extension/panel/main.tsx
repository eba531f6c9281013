import { render } from 'preact';
import { readHarEntry } from '../app/har-entry.ts';
import { arriving, FRESH_PANEL, type PanelState, picking, readingBack, seeing, unfolding } from '../app/panel-state.ts';
import { exportedRequests } from '../app/request-export.ts';
import { filtered } from '../app/request-filter.ts';
import { cleared } from '../app/request-log.ts';
import { Session } from '../app/session.ts';
import { followTheme, inspectedTab } from '../browser/devtools.ts';
import { watchNetwork } from '../browser/devtools-network.ts';
import { pin } from '../browser/pinned-sites.ts';
import { loadSettings, onSettings } from '../browser/settings-store.ts';
import { canReachPages } from '../browser/site-access.ts';
import { TabPage } from '../browser/tab-page.ts';
import { wordsIn } from '../browser/words.ts';
import { Panel } from '../ui/panel.tsx';
import type { PanelActions } from '../ui/panel-actions.ts';
import { moveToFlag, moveToSearch } from '../ui/panel-keys.ts';
import { saveAsFile } from '../ui/save-as-file.ts';
import { speakOnPage } from '../ui/spoken-page.ts';

let settings = await loadSettings();
const session = new Session(new TabPage(inspectedTab(), () => settings.manifestPaths));
const canReach = canReachPages();
let state = FRESH_PANEL;

const actions: PanelActions = {
  filter: (change) => become({ ...state, filter: { ...state.filter, ...change } }),
  clear: () => become({ ...state, log: cleared(state.log), unfolded: new Set() }),
  exportShown: () =>
    saveAsFile('gatekeeper-requests.json', exportedRequests(filtered(state.log, state.filter), Date.now())),
  readBack: () => become(readingBack(state)),
  unfold: (id) => become(unfolding(state, id)),
  focus: (evaluated) => become({ ...state, focus: evaluated }),
  pick: (evaluated) => {
    become(picking(state, evaluated));
    lookAtPage();
  },
  unpick: () => {
    const { picked } = state;
    become({ ...state, picked: undefined });
    if (picked !== undefined) moveToFlag(picked);
  },
  allow: async (origin) => {
    const isAllowed = await pin(origin);
    become({ ...state, isRefused: !isAllowed });
    if (isAllowed) lookAtPage();
  },
  choose: async (flag, variant) => {
    await session.choose(flag, variant);
    if (settings.reload === 'automatic' && session.isReloadDue) await session.reload();
  },
  reload: () => void session.reload(),
  retry: lookAtPage,
};

function lookAtPage(): void {
  if (canReach && state.picked !== undefined) void session.open();
}

function become(next: PanelState): void {
  state = next;
  draw();
}

// A page may ask for a hundred things at once: they are drawn together.
let isDue = false;
function draw(): void {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    render(<Panel state={state} session={session.state} canReach={canReach} actions={actions} />, document.body);
  });
}

/** Follows what the person has set in the options, but for the theme: that is the developer tools' own. */
async function follow(): Promise<void> {
  const followed = settings;
  const words = await wordsIn(followed.language);
  if (followed !== settings) return; // something else has been set while the texts were on their way
  speakOnPage(words);
  draw();
}

followTheme((scheme) => {
  document.documentElement.dataset.theme = scheme;
});
await follow();
session.subscribe(draw);
onSettings((changed) => {
  settings = changed;
  void follow();
});
addEventListener('keydown', (event) => {
  if (event.key === '/') moveToSearch(event);
  if (event.key === 'Escape' && state.picked !== undefined) actions.unpick();
});
// Another window may edit the same site.
setInterval(() => void (state.picked === undefined || session.refresh()), 1_000);
await watchNetwork({
  request: (entry) => {
    const request = readHarEntry(entry);
    if (request !== undefined) become(seeing(state, request));
  },
  navigation: (url, isLate) => {
    become(arriving(state, url, isLate));
    lookAtPage();
  },
});
