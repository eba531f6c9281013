import { render } from 'preact';
import { FIRST_LOOK, readingOn, searching } from '../app/browsing.ts';
import { Session } from '../app/session.ts';
import { chosenTab } from '../browser/chosen-tab.ts';
import { loadSettings, onSettings } from '../browser/settings-store.ts';
import { TabPage } from '../browser/tab-page.ts';
import { wordsIn } from '../browser/words.ts';
import type { Actions } from '../ui/actions.ts';
import { Popup } from '../ui/popup.tsx';
import { speakOnPage } from '../ui/spoken-page.ts';
import { wearLastTheme, wearTheme } from '../ui/theme.ts';

wearLastTheme();
const [tab, loaded] = await Promise.all([chosenTab(), loadSettings()]);
let settings = loaded;
const session = new Session(new TabPage(tab, () => settings.manifestPaths));
let browsing = FIRST_LOOK;

const actions: Actions = {
  choose: (flag, variant) => edited(session.choose(flag, variant)),
  clearAll: () => edited(session.clearAll()),
  undo: () => edited(session.undo()),
  askForGrant: () => void session.askForGrant(),
  giveGrantBack: () => void session.giveGrantBack(),
  reload,
  retry: () => void session.open(),
  search: (text) => browse(searching(text)),
  readOn: () => browse(readingOn(browsing)),
};

async function edited(edit: Promise<void>): Promise<void> {
  await edit;
  if (settings.reload === 'automatic' && session.isReloadDue) await reload();
}

async function reload(): Promise<void> {
  if (!(await session.reload())) close();
}

function browse(next: typeof browsing): void {
  browsing = next;
  draw();
}

function draw(): void {
  render(<Popup state={session.state} browsing={browsing} actions={actions} />, document.body);
}

/** Follows what the person has set, here or in the options meanwhile. */
async function follow(): Promise<void> {
  wearTheme(settings.theme);
  speakOnPage(await wordsIn(settings.language));
  draw();
}

await follow();
session.subscribe(draw);
onSettings((changed) => {
  settings = changed;
  void follow();
});
await session.open();

// Another window may edit the same site.
setInterval(() => void session.refresh(), 1_000);
addEventListener('focus', () => void session.refresh());
addEventListener('keydown', (event) => {
  const field = document.querySelector<HTMLInputElement>('input[type=search]');
  if (event.key !== '/' || field === null || event.target === field) return;
  event.preventDefault();
  field.focus();
});
