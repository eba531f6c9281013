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

/** Collects what the listener receives, one line each. */
function watched(): { readonly received: readonly string[]; readonly ready: Promise<void> } {
  const received: string[] = [];
  const ready = watchNetwork({
    request: (entry) => received.push((entry as { readonly request: { readonly url: string } }).request.url),
    navigation: (url, isLate) => received.push(`${isLate ? 'late' : '--'} ${url}`),
  });
  return { received, ready };
}

test.each(['Chromium', 'Firefox'])(
  'in %s earlier requests come first, and each request is reported once',
  async (name) => {
    const devtools = startedDevTools(name);
    const early = harEntry('/early');
    const pending = harEntry('/pending', '', { response: { status: 0, headers: [] } });
    devtools.earlierEntries.push(early, pending);
    const { received, ready } = watched();

    devtools.network.onRequestFinished.emit(early);
    devtools.network.onNavigated.emit('/next');
    devtools.network.onRequestFinished.emit(harEntry('/next'));
    expect(received).toEqual([]);
    devtools.sendHar();
    await ready;
    devtools.network.onRequestFinished.emit(harEntry('/pending'));
    devtools.network.onRequestFinished.emit(early);

    expect(received).toEqual(['/early', name === 'Firefox' ? 'late /next' : '-- /next', '/next', '/pending']);
  },
);

test('if Firefox cannot list the earlier requests, later ones are still reported', async () => {
  const devtools = startedDevTools('Firefox');
  devtools.failsHar = true;
  const { received, ready } = watched();

  devtools.network.onRequestFinished.emit(harEntry('/now'));
  devtools.sendHar();
  await ready;
  devtools.network.onRequestFinished.emit(harEntry('/next'));

  expect(received).toEqual(['/now', '/next']);
});

const FORMS = {
  Chromium: (content: readonly unknown[]) => ({
    getContent: (callback: (...content: readonly unknown[]) => void) => callback(...content),
  }),
  Firefox: (content: readonly unknown[]) => ({
    getContent: async (callback?: unknown) => {
      if (callback !== undefined) throw new TypeError('Incorrect argument types for getContent.');
      return content;
    },
  }),
} as const;

test.each([
  // browser     content                                 text
  ['Chromium', ['<p>A page</p>', ''], '<p>A page</p>'],
  ['Firefox', ['<p>A page</p>', 'text/html'], '<p>A page</p>'],
  ['Chromium', ['aGVsbG8=', 'base64'], ''],
  ['Chromium', [undefined, undefined], ''],
  ['Firefox', [], ''],
] as const)('in %s a response with the content %j has the text %j', async (name, content, text) => {
  const devtools = startedDevTools(name);
  devtools.sendHar();
  const texts: Promise<string>[] = [];
  await watchNetwork({ request: (_entry, readContent) => void texts.push(readContent()), navigation: () => {} });

  devtools.network.onRequestFinished.emit({ ...harEntry('/'), ...FORMS[name](content) });
  devtools.network.onRequestFinished.emit(harEntry('/without-content'));

  expect(await Promise.all(texts)).toEqual([text, '']);
});

test('a response that the browser no longer has is an empty text', async () => {
  const devtools = startedDevTools('Firefox');
  devtools.sendHar();
  const texts: Promise<string>[] = [];
  await watchNetwork({ request: (_entry, readContent) => void texts.push(readContent()), navigation: () => {} });

  const getContent = async () => {
    throw new Error('The request was destroyed');
  };
  devtools.network.onRequestFinished.emit({ ...harEntry('/'), getContent });

  expect(await Promise.all(texts)).toEqual(['']);
});

test.each([
  // theme    scheme
  ['default', 'light'],
  ['light', 'light'],
  ['dark', 'dark'],
  ['firefox', 'light'],
])('the theme %s has the scheme %s', (themeName, scheme) => {
  const { devtools } = installFakeBrowser();
  devtools.panels.themeName = themeName;
  const seen: string[] = [];

  followTheme((one) => seen.push(one));

  expect(seen).toEqual([scheme]);
});

test('a change of the theme is reported by Chromium’s handler or Firefox’s event', () => {
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

test('the panel works on the inspected tab', () => {
  installFakeBrowser();

  expect(inspectedTab()).toBe(7);
});
