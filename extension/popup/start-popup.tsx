import { render } from 'preact';
import { BrowsingStore, type View } from '../app/flags/browsing-store.ts';
import { cycleVariant } from '../app/flags/key-bindings.ts';
import type { PresetsBySite } from '../app/presets/presets.ts';
import type { PresetsStore } from '../app/presets/presets-store.ts';
import { Session } from '../app/session/session.ts';
import type { ApplyMode, ProposedOverrides } from '../app/sharing/override-plan.ts';
import { SharingStore } from '../app/sharing/sharing-store.ts';
import { loadMessages } from '../browser/i18n/bundled-messages.ts';
import { TabPage } from '../browser/page/tab-page.ts';
import { onPresetsChanged, presetStorage } from '../browser/storage/presets-storage.ts';
import { loadSettings, onSettingsChanged, openSiteMemory } from '../browser/storage/settings-storage.ts';
import { detachedWindowOpener, openOptions, programVersions, targetTabId } from '../browser/tabs/extension-pages.ts';
import { isPinned, onPinsChanged, pin, unpin } from '../browser/tabs/site-permissions.ts';
import { applyLanguage } from '../ui/i18n/translate.ts';
import { bindKeys, focusReload, focusView } from '../ui/popup/keyboard.ts';
import { Popup } from '../ui/popup/popup.tsx';
import type { PopupActions } from '../ui/popup/popup-actions.ts';
import { copyText } from '../ui/shared/copy-and-save.ts';
import { applyLastTheme, applyTheme } from '../ui/shared/theme.ts';

applyLastTheme();
const [tab, memories, loaded] = await Promise.all([targetTabId(), openSiteMemory(), loadSettings()]);
let settings = loaded;
const session = new Session(new TabPage(tab, () => settings.manifestPaths));
const browsingStore = new BrowsingStore(memories, renderPopup);
const sharingStore = new SharingStore(
  session,
  {
    copy: copyText,
    exportText: (copy, site) => views?.exportText(copy, site, programVersions()) ?? '',
    apply,
  },
  renderPopup,
);
let presetsStore: PresetsStore | undefined;
const detach = detachedWindowOpener(tab);
let views: typeof import('../ui/popup/lazy-views.ts') | undefined;
let pinned: { readonly origin: string; readonly isPinned: boolean } | undefined;

const actions: PopupActions = {
  choose: (flag, variant) => {
    if (variant === '') browsingStore.markVisited(flag, '');
    return reloadAfter(session.choose(flag, variant));
  },
  clearAll: () => reloadAfter(session.clearAll()),
  removeOverrides: (flags) => reloadAfter(session.removeOverrides(flags)),
  undo: () => reloadAfter(session.undo()),
  requestGrant: () => void session.requestGrant(),
  revokeGrant: () => void session.revokeGrant(),
  // Firefox may close the popup when it asks for the permission; the next popup then has it.
  allowDirectFetch: async () => {
    if ('origin' in session.state && (await pin(session.state.origin))) await session.open();
  },
  reload: () => closeIfLost(session.reload()),
  cycleVariant: (flag, by) => closeIfLost(cycleVariant(session, browsingStore, flag, by)),
  retry: () => void session.open(),
  search: (text) => browsingStore.search(text),
  filter: (filter) => browsingStore.filter(filter),
  view,
  loadMore: () => browsingStore.loadMore(),
  ...(detach && { detach: () => closeIfLost(detach().then(() => false)) }),
  sharing: sharingStore,
  pin: (wanted) => {
    // Called without awaiting: browsers ask only in a click handler. onPinsChanged() reports the result.
    if ('origin' in session.state) void (wanted ? pin : unpin)(session.state.origin);
  },
  openOptions: () => closeIfLost(openOptions().then(() => false)),
};

async function readSitePresets(): Promise<PresetsBySite> {
  if (!('origin' in session.state)) return new Map();
  const { origin } = session.state;
  return new Map([[origin, await presetStorage.read(origin)]]);
}

async function loadViews(): Promise<void> {
  views ??= await import('../ui/popup/lazy-views.ts');
  presetsStore ??= new views.PresetsStore(presetStorage, readSitePresets, renderPopup);
}

async function view(next: View): Promise<void> {
  await loadViews();
  const from = browsingStore.browsing.view;
  if (next === 'scenarios') void presetsStore?.load();
  browsingStore.view(next);
  focusView(document, from, next);
}

function back(): boolean {
  const from = browsingStore.browsing.view;
  const isLeft = browsingStore.back();
  if (from !== 'flags') focusView(document, from, 'flags');
  return isLeft;
}

function apply(proposed: ProposedOverrides, mode: ApplyMode): void {
  void reloadAfter(session.apply(proposed, mode));
  browsingStore.view('flags');
  focusReload(document);
}

async function reloadAfter(edit: Promise<void>): Promise<void> {
  await edit;
  if (settings.reload === 'automatic' && session.isReloadDue) await closeIfLost(session.reload());
}

/** Closes the popup if it has lost access to the page, or if another window has replaced it. */
async function closeIfLost(isUsable: Promise<boolean>): Promise<void> {
  if (!(await isUsable)) close();
}

function renderPopup(): void {
  const { state } = session;
  if ('origin' in state) browsingStore.openSite(state.origin);
  const isPinned = 'origin' in state && state.origin === pinned?.origin && pinned.isPinned;
  const shown = {
    state,
    browsing: browsingStore.browsing,
    sharing: sharingStore.sharing,
    presets: presetsStore,
    isPinned,
    views,
  };
  render(<Popup {...shown} actions={actions} />, document.body);
}

async function readPin(): Promise<void> {
  if (!('origin' in session.state)) return;
  const { origin } = session.state;
  if (origin !== pinned?.origin) pinned = { origin, isPinned: false }; // until it is known
  pinned = { origin, isPinned: await isPinned(origin) };
  renderPopup();
}

/** Applies the user's settings, which may change in the options while the popup is open. */
async function applySettings(): Promise<void> {
  const applied = settings;
  applyTheme(applied.theme);
  const messages = await loadMessages(applied.language);
  if (applied !== settings) return; // the settings have changed while the messages were loading
  applyLanguage(messages);
  renderPopup();
}

await applySettings();
session.subscribe(() => {
  renderPopup();
  if ('origin' in session.state && session.state.origin !== pinned?.origin) void readPin();
});
onPinsChanged(() => void readPin());
onPresetsChanged(() => void (browsingStore.browsing.view === 'scenarios' && presetsStore?.load()));
onSettingsChanged((changed) => {
  settings = changed;
  void applySettings();
});
bindKeys(document, { ...actions, back });
const opened = session.open();
// Loads the other views while the page is read, so that a link's proposal appears with the flags. If this fails, a click tries
// again.
loadViews().then(renderPopup, () => {});
await opened;

// Another window may edit the same site's overrides.
setInterval(() => void session.refresh(), 1_000);
addEventListener('focus', () => void session.refresh());
