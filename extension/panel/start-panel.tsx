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
  updateRequest,
} from '../app/requests/panel-state.ts';
import { clearLog, filterLog, readHarEntry, serializeRequests } from '../app/requests/request-log.ts';
import { Session } from '../app/session/session.ts';
import { ViewAsStore } from '../app/view-as/context-fields.ts';
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
  filter: (change) => setState({ ...state, filter: { ...state.filter, ...change } }),
  clear: () => setState({ ...state, log: clearLog(state.log), expanded: new Set() }),
  exportShown: () =>
    saveAsFile('gatekeeper-requests.json', serializeRequests(filterLog(state.log, state.filter), Date.now())),
  showEarlier: () => setState(showEarlier(state)),
  expand: (id) => setState(expandEntry(state, id)),
  focus: (evaluated) => setState({ ...state, focus: evaluated }),
  select: (evaluated) => {
    setState(selectFlag(state, evaluated));
    openSession();
  },
  deselect: () => {
    const { selected } = state;
    setState({ ...state, selected: undefined });
    if (selected !== undefined) moveToFlag(selected);
  },
  allowSite: async (origin) => {
    const isAllowed = await pin(origin);
    setState({ ...state, isRefused: !isAllowed });
    if (isAllowed) openSession();
  },
  choose: (flag, variant) => void reloadAfter(session.choose(flag, variant)),
  removeOverrides: (names) => void reloadAfter(session.removeOverrides(names)),
  reload: () => void session.reload(),
  retry: openSession,
};

const viewAs = new ViewAsStore(actions.choose, renderPanel);

async function reloadAfter(edit: Promise<void>): Promise<void> {
  await edit;
  if (settings.reload === 'automatic' && session.isReloadDue) await session.reload();
}

function openSession(): void {
  if (canReach && state.selected !== undefined) void session.open();
}

function setState(next: PanelState): void {
  state = next;
  renderPanel();
}

// A page may send a hundred requests at once; they are rendered in one frame.
let isScheduled = false;
function renderPanel(): void {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    const shown = { state, session: session.state, canReach, viewAs };
    render(<Panel {...shown} actions={actions} />, document.body);
  });
}

/** Applies the user's settings, except the theme: the panel uses that of the developer tools. */
async function applySettings(): Promise<void> {
  const applied = settings;
  const messages = await loadMessages(applied.language);
  if (applied !== settings) return; // the settings have changed while the messages were loading
  applyLanguage(messages);
  renderPanel();
}

/** Adds the flags that a page itself lists to its request. */
function addPage(id: number, entry: unknown, page: string): void {
  const request = page === '' ? undefined : readHarEntry(entry, page);
  if (request !== undefined) setState(updateRequest(state, id, request));
}

followTheme((scheme) => {
  document.documentElement.dataset.theme = scheme;
});
await applySettings();
session.subscribe(renderPanel);
onSettingsChanged((changed) => {
  settings = changed;
  void applySettings();
});
addEventListener('keydown', (event) => {
  if (event.key === '/') moveToSearch(event);
  if (event.key === 'Escape' && state.selected !== undefined) actions.deselect();
});
// Another window may edit the same site's overrides.
setInterval(() => void (state.selected === undefined || session.refresh()), 1_000);
await watchNetwork({
  request: (entry, readPage) => {
    const request = readHarEntry(entry);
    if (request === undefined) return;
    setState(addRequest(state, request));
    const id = state.log.count;
    if (request.type === 'document') void readPage().then((page) => addPage(id, entry, page));
  },
  navigation: (url, isLate) => {
    setState(addNavigation(state, url, isLate));
    openSession();
  },
});
