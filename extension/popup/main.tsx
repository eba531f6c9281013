import { render } from 'preact';
import type { View } from '../app/browsing.ts';
import { Look } from '../app/look.ts';
import type { ApplyMode, Proposed } from '../app/override-plan.ts';
import { Session } from '../app/session.ts';
import { ShareDesk } from '../app/share-desk.ts';
import { walk } from '../app/walk.ts';
import { chosenTab } from '../browser/chosen-tab.ts';
import { copyText } from '../browser/clipboard.ts';
import { detachedWindow } from '../browser/detached-window.ts';
import { openOptions } from '../browser/own-pages.ts';
import { isPinned, onPins, pin, unpin } from '../browser/pinned-sites.ts';
import { onPresets, presetStore } from '../browser/preset-store.ts';
import { programs } from '../browser/programs.ts';
import { loadSettings, onSettings } from '../browser/settings-store.ts';
import { siteMemories } from '../browser/site-memories.ts';
import { TabPage } from '../browser/tab-page.ts';
import { wordsIn } from '../browser/words.ts';
import type { Actions } from '../ui/actions.ts';
import { focusReload, focusView } from '../ui/focus.ts';
import { listenToKeys } from '../ui/keyboard.ts';
import { Popup } from '../ui/popup.tsx';
import { speakOnPage } from '../ui/spoken-page.ts';
import { wearLastTheme, wearTheme } from '../ui/theme.ts';

wearLastTheme();
const [tab, memories, loaded] = await Promise.all([chosenTab(), siteMemories(), loadSettings()]);
let settings = loaded;
const session = new Session(new TabPage(tab, () => settings.manifestPaths));
const look = new Look(memories, draw);
const desk = new ShareDesk(
  session,
  {
    presets: presetStore,
    copy: copyText,
    textOf: (copy, site) => views?.copyOf(copy, site, programs()) ?? '',
    apply,
  },
  draw,
);
const detach = detachedWindow(tab);
let views: typeof import('../ui/views.ts') | undefined;
let pinned: { readonly origin: string; readonly isPinned: boolean } | undefined;

const actions: Actions = {
  choose: (flag, variant) => {
    if (variant === '') look.visit(flag, '');
    return edited(session.choose(flag, variant));
  },
  clearAll: () => edited(session.clearAll()),
  cleanUp: (flags) => edited(session.cleanUp(flags)),
  undo: () => edited(session.undo()),
  askForGrant: () => void session.askForGrant(),
  giveGrantBack: () => void session.giveGrantBack(),
  // Firefox may close the popup over its question: then the next one has the answer.
  allowDetour: async () => {
    if ('origin' in session.state && (await pin(session.state.origin))) await session.open();
  },
  reload: () => goOn(session.reload()),
  walk: (flag, by) => goOn(walk(session, look, flag, by)),
  retry: () => void session.open(),
  search: (text) => look.search(text),
  filter: (filter) => look.filter(filter),
  view,
  readOn: () => look.readOn(),
  ...(detach && { detach: () => goOn(detach().then(() => false)) }),
  sharing: desk,
  pin: (wanted) => {
    // At once: the browsers ask only in a click. What comes of it is heard from them.
    if ('origin' in session.state) void (wanted ? pin : unpin)(session.state.origin);
  },
  openOptions: () => goOn(openOptions().then(() => false)),
};

async function view(next: View): Promise<void> {
  views ??= await import('../ui/views.ts');
  const from = look.browsing.view;
  if (next === 'scenarios') void desk.open();
  look.view(next);
  focusView(document, from, next);
}

function back(): boolean {
  const from = look.browsing.view;
  const isLeft = look.back();
  if (from !== 'flags') focusView(document, from, 'flags');
  return isLeft;
}

function apply(proposed: Proposed, mode: ApplyMode): void {
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
  if ('origin' in state) look.arriveAt(state.origin);
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
  wearTheme(followed.theme);
  const words = await wordsIn(followed.language);
  if (followed !== settings) return; // something else has been set while the texts were on their way
  speakOnPage(words);
  draw();
}

await follow();
session.subscribe(() => {
  draw();
  if ('origin' in session.state && session.state.origin !== pinned?.origin) void lookForPin();
});
onPins(() => void lookForPin());
onPresets(() => void (look.browsing.view === 'scenarios' && desk.open()));
onSettings((changed) => {
  settings = changed;
  void follow();
});
listenToKeys(document, { ...actions, back });
await session.open();
// Ahead of the click that wants them, which asks again if need be. A popup that closes meanwhile gets none, and wants none.
import('../ui/views.ts').then(
  (loaded) => {
    views = loaded;
    draw();
  },
  () => {},
);

// Another window may edit the same site.
setInterval(() => void session.refresh(), 1_000);
addEventListener('focus', () => void session.refresh());
