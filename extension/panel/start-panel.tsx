import { render } from 'preact';
import {
  addNavigation,
  addRequest,
  expandEntry,
  INITIAL_PANEL,
  type PanelActions,
  type PanelState,
  selectFlag,
  showEarlier,
} from '../app/requests/panel-state.ts';
import { clearLog, filterLog, readHarEntry, serializeRequests } from '../app/requests/request-log.ts';
import { Session } from '../app/session/session.ts';
import { followTheme, inspectedTab, watchNetwork } from '../browser/devtools/devtools-panel.ts';
import { loadMessages } from '../browser/i18n/bundled-messages.ts';
import { TabPage } from '../browser/page/tab-page.ts';
import { loadSettings, onSettingsChanged } from '../browser/storage/settings-storage.ts';
import { canReachPages, pin } from '../browser/tabs/site-permissions.ts';
import { applyLanguage } from '../ui/i18n/translate.ts';
import { Panel } from '../ui/requests/panel.tsx';
import { moveToFlag, moveToSearch } from '../ui/requests/request-list.tsx';
import { saveAsFile } from '../ui/shared/copy-and-save.ts';

let settings = await loadSettings();
const session = new Session(new TabPage(inspectedTab(), () => settings.manifestPaths));
const canReach = canReachPages();
let state = INITIAL_PANEL;

const actions: PanelActions = {
  filter: (change) => become({ ...state, filter: { ...state.filter, ...change } }),
  clear: () => become({ ...state, log: clearLog(state.log), expanded: new Set() }),
  exportShown: () =>
    saveAsFile('gatekeeper-requests.json', serializeRequests(filterLog(state.log, state.filter), Date.now())),
  showEarlier: () => become(showEarlier(state)),
  expand: (id) => become(expandEntry(state, id)),
  focus: (evaluated) => become({ ...state, focus: evaluated }),
  select: (evaluated) => {
    become(selectFlag(state, evaluated));
    lookAtPage();
  },
  deselect: () => {
    const { selected } = state;
    become({ ...state, selected: undefined });
    if (selected !== undefined) moveToFlag(selected);
  },
  allowSite: async (origin) => {
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
  if (canReach && state.selected !== undefined) void session.open();
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
  const words = await loadMessages(followed.language);
  if (followed !== settings) return; // something else has been set while the texts were on their way
  applyLanguage(words);
  draw();
}

followTheme((scheme) => {
  document.documentElement.dataset.theme = scheme;
});
await follow();
session.subscribe(draw);
onSettingsChanged((changed) => {
  settings = changed;
  void follow();
});
addEventListener('keydown', (event) => {
  if (event.key === '/') moveToSearch(event);
  if (event.key === 'Escape' && state.selected !== undefined) actions.deselect();
});
// Another window may edit the same site.
setInterval(() => void (state.selected === undefined || session.refresh()), 1_000);
await watchNetwork({
  request: (entry) => {
    const request = readHarEntry(entry);
    if (request !== undefined) become(addRequest(state, request));
  },
  navigation: (url, isLate) => {
    become(addNavigation(state, url, isLate));
    lookAtPage();
  },
});
