import { render } from 'preact';
import { BrowsingStore, type View } from '../app/flags/browsing-store.ts';
import { cycleVariant } from '../app/flags/key-bindings.ts';
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
const look = new BrowsingStore(memories, draw);
const desk = new SharingStore(
  session,
  {
    presets: presetStorage,
    copy: copyText,
    exportText: (copy, site) => views?.exportText(copy, site, programVersions()) ?? '',
    apply,
  },
  draw,
);
const detach = detachedWindowOpener(tab);
let views: typeof import('../ui/popup/lazy-views.ts') | undefined;
let pinned: { readonly origin: string; readonly isPinned: boolean } | undefined;

const actions: PopupActions = {
  choose: (flag, variant) => {
    if (variant === '') look.markVisited(flag, '');
    return edited(session.choose(flag, variant));
  },
  clearAll: () => edited(session.clearAll()),
  removeOverrides: (flags) => edited(session.removeOverrides(flags)),
  undo: () => edited(session.undo()),
  requestGrant: () => void session.requestGrant(),
  revokeGrant: () => void session.revokeGrant(),
  // Firefox may close the popup over its question: then the next one has the answer.
  allowDirectFetch: async () => {
    if ('origin' in session.state && (await pin(session.state.origin))) await session.open();
  },
  reload: () => goOn(session.reload()),
  cycleVariant: (flag, by) => goOn(cycleVariant(session, look, flag, by)),
  retry: () => void session.open(),
  search: (text) => look.search(text),
  filter: (filter) => look.filter(filter),
  view,
  loadMore: () => look.loadMore(),
  ...(detach && { detach: () => goOn(detach().then(() => false)) }),
  sharing: desk,
  pin: (wanted) => {
    // At once: the browsers ask only in a click. What comes of it is heard from them.
    if ('origin' in session.state) void (wanted ? pin : unpin)(session.state.origin);
  },
  openOptions: () => goOn(openOptions().then(() => false)),
};

async function view(next: View): Promise<void> {
  views ??= await import('../ui/popup/lazy-views.ts');
  const from = look.browsing.view;
  if (next === 'scenarios') void desk.loadPresets();
  look.view(next);
  focusView(document, from, next);
}

function back(): boolean {
  const from = look.browsing.view;
  const isLeft = look.back();
  if (from !== 'flags') focusView(document, from, 'flags');
  return isLeft;
}

function apply(proposed: ProposedOverrides, mode: ApplyMode): void {
  void edited(session.apply(proposed, mode));
  look.view('flags');
  focusReload(document);
}

async function edited(edit: Promise<void>): Promise<void> {
  await edit;
  if (settings.reload === 'automatic' && session.isReloadDue) await goOn(session.reload());
}

/** Closes the popup where it has lost its permission with the old page, or its place to another window. */
async function goOn(canGoOn: Promise<boolean>): Promise<void> {
  if (!(await canGoOn)) close();
}

function draw(): void {
  const { state } = session;
  if ('origin' in state) look.openSite(state.origin);
  const isPinned = 'origin' in state && state.origin === pinned?.origin && pinned.isPinned;
  const shown = { state, browsing: look.browsing, sharing: desk.sharing, isPinned, views };
  render(<Popup {...shown} actions={actions} />, document.body);
}

async function lookForPin(): Promise<void> {
  if (!('origin' in session.state)) return;
  const { origin } = session.state;
  if (origin !== pinned?.origin) pinned = { origin, isPinned: false }; // until it is known
  pinned = { origin, isPinned: await isPinned(origin) };
  draw();
}

/** Follows what the person has set, here or in the options meanwhile. */
async function follow(): Promise<void> {
  const followed = settings;
  applyTheme(followed.theme);
  const words = await loadMessages(followed.language);
  if (followed !== settings) return; // something else has been set while the texts were on their way
  applyLanguage(words);
  draw();
}

await follow();
session.subscribe(() => {
  draw();
  if ('origin' in session.state && session.state.origin !== pinned?.origin) void lookForPin();
});
onPinsChanged(() => void lookForPin());
onPresetsChanged(() => void (look.browsing.view === 'scenarios' && desk.loadPresets()));
onSettingsChanged((changed) => {
  settings = changed;
  void follow();
});
bindKeys(document, { ...actions, back });
await session.open();
// Ahead of the click that wants them, which asks again if need be. A popup that closes meanwhile gets none, and wants none.
import('../ui/popup/lazy-views.ts').then(
  (loaded) => {
    views = loaded;
    draw();
  },
  () => {},
);

// Another window may edit the same site.
setInterval(() => void session.refresh(), 1_000);
addEventListener('focus', () => void session.refresh());
