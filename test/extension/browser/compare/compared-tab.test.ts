import '../../../fakes/browser/global-browser.ts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Ready } from '../../../../extension/app/session/session-state.ts';
import { ComparedTab } from '../../../../extension/browser/compare/compared-tab.ts';
import { openComparison } from '../../../../extension/browser/compare/open-comparison.ts';
import type { FakeBrowser } from '../../../fakes/browser/fake-browser.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { openedSession } from '../../app/session/opened-session.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A browser with tab 7 in front, whose page began to load at `page.loadedAt`. */
async function browserWithPage() {
  const session = openedSession(new FakePage());
  await vi.advanceTimersByTimeAsync(0);
  const site = (await session).state as Ready;
  const flag = site.manifest.flags[0];
  if (flag === undefined) throw new Error('no flag');
  const browser = installFakeBrowser();
  const page: { loadedAt: number | null; active: boolean; windowId: number } = {
    loadedAt: 1,
    active: true,
    windowId: 3,
  };
  browser.openTabs.push({ id: 7 });
  browser.execute = async () => [{ frameId: 0, result: page.loadedAt }];
  const calls: string[] = [];
  Object.assign(browser.tabs, {
    get: async () => ({ id: 7, active: page.active, windowId: page.windowId }),
    update: async (tabId: number, { active }: { readonly active: boolean }) => {
      calls.push(`activate ${tabId}`);
      page.active = active;
    },
    captureVisibleTab: async (windowId: number) => {
      calls.push(`capture window ${windowId}`);
      return 'data:image/png;base64,AAAA';
    },
  });
  return { browser, page, calls, tab: new ComparedTab(7, site, flag, () => new Map()) };
}

/** Starts to load the page; the result is added to the returned list. */
async function loading(tab: ComparedTab, signal = new AbortController().signal): Promise<boolean[]> {
  const results: boolean[] = [];
  void tab.load(signal).then((isLoaded) => results.push(isLoaded));
  await vi.advanceTimersByTimeAsync(0);
  return results;
}

const complete = async (browser: FakeBrowser, tabId = 7): Promise<void> => {
  browser.tabs.onUpdated.emit(tabId, { status: 'complete' });
  await vi.advanceTimersByTimeAsync(0);
};

test('the page has loaded when a page that began to load later is rendered', async () => {
  const { browser, page, tab } = await browserWithPage();
  const results = await loading(tab);
  expect(browser.reloads).toEqual([{ tabId: 7, bypassCache: true }]);

  await complete(browser); // a late event of the page before
  page.loadedAt = null; // an error page, or another site
  await complete(browser);
  page.loadedAt = 2;
  await complete(browser, 8);
  expect(results).toEqual([]);
  await complete(browser);

  expect(results).toEqual([true]);
});

test('a page that never finishes loading ends after 7 seconds', async () => {
  const { tab } = await browserWithPage();
  const results = await loading(tab);

  await vi.advanceTimersByTimeAsync(6_999);
  expect(results).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);

  expect(results).toEqual([false]);
});

test('a cancelled comparison does not wait for the page', async () => {
  const { tab } = await browserWithPage();
  const abort = new AbortController();
  const results = await loading(tab, abort.signal);

  abort.abort();
  await vi.advanceTimersByTimeAsync(0);

  expect(results).toEqual([false]);
});

test('a page that does not respond is not restored within 2 seconds, and its note stays', async () => {
  const { browser, tab } = await browserWithPage();
  await tab.begin();
  browser.execute = () => new Promise(() => {});

  const restored = tab.restore();
  await vi.advanceTimersByTimeAsync(2_000);

  expect(await restored).toBe(false);
  expect([...browser.sessionItems.keys()]).toEqual(['compare:https://shop.example']);
});

test('a picture is taken of the tab in front, and a tab behind another one is brought to the front', async () => {
  const { page, calls, tab } = await browserWithPage();
  page.active = false;

  expect(await tab.capture()).toBe('data:image/png;base64,AAAA');

  expect(calls).toEqual(['activate 7', 'capture window 3']);
});

test('two pictures are at least 600 ms apart, because Chromium limits their number', async () => {
  const { calls, tab } = await browserWithPage();
  await tab.capture();

  const second = tab.capture();
  await vi.advanceTimersByTimeAsync(599);
  expect(calls).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);

  expect(await second).toBe('data:image/png;base64,AAAA');
});

test.each<[string, (page: { active: boolean; windowId: number }) => Promise<string>]>([
  [
    'the user switched to another tab meanwhile',
    async (page) => {
      page.active = false;
      return 'data:image/png;base64,OTHER';
    },
  ],
  ['the browser refuses', () => Promise.reject(new Error('No active web contents'))],
])('there is no picture if %s', async (_, captureVisibleTab) => {
  const { browser, page, tab } = await browserWithPage();
  Object.assign(browser.tabs, { captureVisibleTab: () => captureVisibleTab(page) });

  expect(await tab.capture()).toBeUndefined();
});

test('variants are compared in a window, or in a tab if the browser has no windows', async () => {
  const browser = installFakeBrowser();
  const url = '/popup/compare.html?tabId=7&flag=CHECKOUT';
  await openComparison(7, 'CHECKOUT'); // Firefox for Android
  expect(browser.openedPages).toEqual([url]);
  const opened: unknown[] = [];
  Object.assign(browser, { windows: { create: async (options: unknown) => void opened.push(options) } });

  await openComparison(7, 'CHECKOUT');

  expect(opened).toEqual([{ type: 'popup', url, width: 960, height: 720 }]);
});
