import { render } from 'preact';
import { FIRST_LOOK, readingOn, searching } from '../app/browsing.ts';
import { Session } from '../app/session.ts';
import { chosenTab } from '../browser/chosen-tab.ts';
import { TabPage } from '../browser/tab-page.ts';
import { browserWords } from '../browser/words.ts';
import type { Actions } from '../ui/actions.ts';
import { Popup } from '../ui/popup.tsx';
import { speakOnPage } from '../ui/spoken-page.ts';

speakOnPage(browserWords);
const session = new Session(new TabPage(await chosenTab()));
let browsing = FIRST_LOOK;

const actions: Actions = {
  choose: (flag, variant) => void session.choose(flag, variant),
  clearAll: () => void session.clearAll(),
  undo: () => void session.undo(),
  askForGrant: () => void session.askForGrant(),
  giveGrantBack: () => void session.giveGrantBack(),
  reload: async () => {
    if (!(await session.reload())) close();
  },
  retry: () => void session.open(),
  search: (text) => browse(searching(text)),
  readOn: () => browse(readingOn(browsing)),
};

function browse(next: typeof browsing): void {
  browsing = next;
  draw();
}

function draw(): void {
  render(<Popup state={session.state} browsing={browsing} actions={actions} />, document.body);
}

session.subscribe(draw);
draw();
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
