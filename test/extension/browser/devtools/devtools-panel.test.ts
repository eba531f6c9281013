import '../../../fakes/browser/global-browser.ts';
import { expect, test } from 'vitest';
import { followTheme, inspectedTab, watchNetwork } from '../../../../extension/browser/devtools/devtools-panel.ts';
import { type FakeDevTools, harEntry } from '../../../fakes/browser/fake-devtools.ts';
import { FakeEvent } from '../../../fakes/browser/fake-event.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';

const FIREFOX_PANELS = { themeName: 'light', onThemeChanged: new FakeEvent<[theme: string]>() };

function startedDevTools(name: string): FakeDevTools {
  const { devtools } = installFakeBrowser();
  if (name === 'Firefox') Object.assign(devtools, { panels: FIREFOX_PANELS });
  return devtools;
}

/** What a listener was told, one line each. */
function watched(): { readonly told: readonly string[]; readonly ready: Promise<void> } {
  const told: string[] = [];
  const ready = watchNetwork({
    request: (entry) => told.push((entry as { readonly request: { readonly url: string } }).request.url),
    navigation: (url, isLate) => told.push(`${isLate ? 'late' : '--'} ${url}`),
  });
  return { told, ready };
}

test.each(['Chromium', 'Firefox'])('in %s the requests of before come first, and each is told once', async (name) => {
  const devtools = startedDevTools(name);
  const early = harEntry('/early');
  const unanswered = harEntry('/pending', '', { response: { status: 0, headers: [] } });
  devtools.earlierEntries.push(early, unanswered);
  const { told, ready } = watched();

  devtools.network.onRequestFinished.emit(early);
  devtools.network.onNavigated.emit('/next');
  devtools.network.onRequestFinished.emit(harEntry('/next'));
  expect(told).toEqual([]);
  devtools.answerHar();
  await ready;
  devtools.network.onRequestFinished.emit(harEntry('/pending'));
  devtools.network.onRequestFinished.emit(early);

  expect(told).toEqual(['/early', name === 'Firefox' ? 'late /next' : '-- /next', '/next', '/pending']);
});

test('a page whose earlier requests Firefox cannot list is watched all the same', async () => {
  const devtools = startedDevTools('Firefox');
  devtools.failsToAnswer = true;
  const { told, ready } = watched();

  devtools.network.onRequestFinished.emit(harEntry('/now'));
  devtools.answerHar();
  await ready;
  devtools.network.onRequestFinished.emit(harEntry('/next'));

  expect(told).toEqual(['/now', '/next']);
});

test.each([
  // theme    scheme
  ['default', 'light'],
  ['light', 'light'],
  ['dark', 'dark'],
  ['firefox', 'light'],
])('the theme %s is a %s one', (themeName, scheme) => {
  const { devtools } = installFakeBrowser();
  devtools.panels.themeName = themeName;
  const seen: string[] = [];

  followTheme((one) => seen.push(one));

  expect(seen).toEqual([scheme]);
});

test('a change of the theme is followed, by the one handler of Chromium or the event of Firefox', () => {
  const seen: string[] = [];
  let change = (_theme: string): void => {};
  const setThemeChangeHandler = (handler: typeof change): void => {
    change = handler;
  };

  installFakeBrowser().devtools.panels.setThemeChangeHandler = setThemeChangeHandler;
  followTheme((one) => seen.push(`Chromium ${one}`));
  change('dark');
  startedDevTools('Firefox');
  followTheme((one) => seen.push(`Firefox ${one}`));
  FIREFOX_PANELS.onThemeChanged.emit('dark');

  expect(seen).toEqual(['Chromium light', 'Chromium dark', 'Firefox light', 'Firefox dark']);
});

test('the panel acts for the tab that is inspected', () => {
  installFakeBrowser();

  expect(inspectedTab()).toBe(7);
});
