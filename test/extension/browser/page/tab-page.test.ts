import '../../../fakes/browser/global-browser.ts';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Session } from '../../../../extension/app/session/session.ts';
import { TabPage } from '../../../../extension/browser/page/tab-page.ts';
import type { FakeBrowser } from '../../../fakes/browser/fake-browser.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';
import { PageWorld } from '../../../fakes/page/page-world.ts';
import { siteManifest } from '../../../helpers/site-manifest.ts';

const ORIGIN = 'https://shop.example';

/** A browser with one tab, which shows a page of a site that uses the library. */
function browserAtShop(): { readonly browser: FakeBrowser; readonly page: PageWorld } {
  const browser = installFakeBrowser();
  const page = new PageWorld(`${ORIGIN}/`);
  page.server = async () =>
    Response.json(siteManifest(page.jar.header()), { headers: { 'content-type': 'application/json' } });
  browser.openTabs.push({ id: 7, page, url: `${ORIGIN}/` });
  return { browser, page };
}

afterEach(() => void vi.useRealTimers());

test('a snapshot is taken in the top frame of the tab, within the limits of the protocol', async () => {
  const { browser } = browserAtShop();

  const result = await new TabPage(7).takeSnapshot();

  expect(result).toMatchObject({
    kind: 'done',
    value: { origin: ORIGIN, response: { kind: 'response', status: 200 } },
  });
  expect(browser.injections).toMatchObject([
    {
      target: { tabId: 7 },
      args: [{ path: '/.well-known/gatekeeper.json', bytes: 1_048_576, milliseconds: 5_000 }],
    },
  ]);
  expect(browser.injections[0]?.target).toEqual({ tabId: 7 }); // no allFrames: advertisements have cookies too
});

test.each([
  // site                request URL
  ['https://shop.example', 'https://shop.example/flags.json'],
  ['https://other.example', 'https://shop.example/.well-known/gatekeeper.json'],
])('with a manifest path for %s, the page requests %s', async (origin, url) => {
  const { page } = browserAtShop();
  const tab = new TabPage(7, () => new Map([[origin, '/flags.json']]));

  await tab.takeSnapshot();

  expect(page.requests.map((request) => request.url)).toEqual([url]);
});

test('if the tab’s URL is unknown, the page requests the default path', async () => {
  const { browser, page } = browserAtShop();
  browser.openTabs.splice(0, 1, { id: 7, page });
  const tab = new TabPage(7, () => new Map([[ORIGIN, '/flags.json']]));

  await tab.takeSnapshot();

  expect(page.requests.map(({ url }) => url)).toEqual([`${ORIGIN}/.well-known/gatekeeper.json`]);
});

test('a session with injected functions writes a choice to the cookie and reads it in the manifest', async () => {
  const { page } = browserAtShop();
  const session = new Session(new TabPage(7));
  await session.open();

  await session.choose('CHECKOUT', 'ONE_PAGE');

  await vi.waitFor(() => expect(session.state).toMatchObject({ cookieAtFetch: expect.stringContaining('CHECKOUT') }));
  expect(page.jar.read()).toBe('gatekeeper=%7B%22CHECKOUT%22%3A%22ONE_PAGE%22%7D');
  expect(session.state).toMatchObject({ manifest: { overrides: { applied: ['CHECKOUT'] } }, writeError: undefined });
});

test('a page of another origin is elsewhere', async () => {
  browserAtShop();

  expect(await new TabPage(7).accessCookies('https://other.example')).toEqual({ kind: 'elsewhere' });
});

describe('if the browser blocks the injection', () => {
  const FAILURES: readonly [string, FakeBrowser['execute']][] = [
    ['rejects', () => Promise.reject(new Error('Cannot access contents of the page'))],
    ['resolves with nothing', async () => []],
    ['resolves without a result', async () => [{ frameId: 0 }]],
    ['resolves with no value', async () => [{ frameId: 0, result: null }]],
    ['resolves with an error', async () => [{ frameId: 0, error: { message: 'Missing host permission for the tab' } }]],
    [
      'throws',
      () => {
        throw new Error('Extension context invalidated.');
      },
    ],
  ];

  describe.each(FAILURES)('and %s,', (_, execute) => {
    test.each([
      // URL                                 failure
      ['https://addons.mozilla.org/', 'refused'],
      ['http://localhost:3000/', 'refused'],
      [undefined, 'no-access'],
      ['about:addons', 'not-a-web-page'],
      ['chrome://extensions/', 'not-a-web-page'],
      ['file:///tmp/page.html', 'not-a-web-page'],
      ['view-source:https://shop.example/', 'not-a-web-page'],
    ])('a tab at %s is %s', async (url, kind) => {
      const browser = installFakeBrowser();
      browser.openTabs.push(url === undefined ? { id: 7 } : { id: 7, url });
      browser.execute = execute;

      expect(await new TabPage(7).takeSnapshot()).toEqual({ kind });
    });
  });

  test('a closed tab gives "no-access"', async () => {
    installFakeBrowser();

    expect(await new TabPage(7).accessCookies(ORIGIN)).toEqual({ kind: 'no-access' });
  });

  test('after an update of the extension, the result is "no-access" and nothing throws', async () => {
    const browser = installFakeBrowser();
    Object.defineProperty(browser, 'scripting', { value: undefined });
    Object.defineProperty(browser, 'tabs', { value: undefined });

    expect(await new TabPage(7).takeSnapshot()).toEqual({ kind: 'no-access' });
  });
});

test('a page that is too busy times out half a second after its own deadline', async () => {
  vi.useFakeTimers();
  const { browser } = browserAtShop();
  browser.execute = () => new Promise(() => {});
  const results: string[] = [];
  void new TabPage(7).takeSnapshot().then(({ kind }) => results.push(kind));

  await vi.advanceTimersByTimeAsync(5_400);
  expect(results).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);

  expect(results).toEqual(['timed-out']);
});

test('a page that responds leaves no timer behind', async () => {
  vi.useFakeTimers();
  browserAtShop();

  await new TabPage(7).accessCookies(ORIGIN);

  expect(vi.getTimerCount()).toBe(0);
});

test('the count is shown on the tab’s button, and a failure to show it is ignored', async () => {
  const { browser } = browserAtShop();
  const badgeCount = { origin: ORIGIN, cookie: 'gatekeeper', count: 2 };

  new TabPage(7).showCount(badgeCount);
  new TabPage(8).showCount(badgeCount);

  await vi.waitFor(() => expect(browser.badges).toEqual(new Map([[7, '2']])));
});
