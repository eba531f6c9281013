import '../../../fakes/browser/global-browser.ts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { reloadTab } from '../../../../extension/browser/page/tab-page.ts';
import type { FakeBrowser } from '../../../fakes/browser/fake-browser.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function browserWithTab(): FakeBrowser {
  const browser = installFakeBrowser();
  browser.openTabs.push({ id: 7 });
  browser.execute = async () => [{ frameId: 0, result: true }];
  return browser;
}

/** Reloads tab 7; the result is added to the returned list. */
function reloaded(): boolean[] {
  const results: boolean[] = [];
  void reloadTab(7).then((hasAccess) => results.push(hasAccess));
  return results;
}

test('a tab is reloaded without the cache', async () => {
  const browser = browserWithTab();

  reloaded();
  await vi.advanceTimersByTimeAsync(0);

  expect(browser.reloads).toEqual([{ tabId: 7, bypassCache: true }]);
});

test('reloading waits until this tab has loaded', async () => {
  const browser = browserWithTab();
  const results = reloaded();
  await vi.advanceTimersByTimeAsync(0);

  browser.tabs.onUpdated.emit(7, { status: 'loading' });
  browser.tabs.onUpdated.emit(8, { status: 'complete' });
  browser.tabs.onUpdated.emit(7, {});
  await vi.advanceTimersByTimeAsync(1_000);
  expect(results).toEqual([]);
  browser.tabs.onUpdated.emit(7, { status: 'complete' });
  await vi.advanceTimersByTimeAsync(0);

  expect(results).toEqual([true]);
});

test.each<[string, FakeBrowser['execute']]>([
  ['rejects', () => Promise.reject(new Error('Missing host permission for the tab'))],
  ['resolves to an empty list', async () => []],
  ['resolves without a result', async () => [{ frameId: 0 }]],
])('if the injection then %s, the access is lost', async (_, execute) => {
  const browser = browserWithTab();
  browser.execute = execute;
  const results = reloaded();
  await vi.advanceTimersByTimeAsync(0);

  browser.tabs.onUpdated.emit(7, { status: 'complete' });
  await vi.advanceTimersByTimeAsync(0);

  expect(results).toEqual([false]);
});

test('a page that loads for more than five seconds is accessed while it loads', async () => {
  const browser = browserWithTab();
  const results = reloaded();

  await vi.advanceTimersByTimeAsync(5_000);

  expect(results).toEqual([true]);
  expect(browser.injections).toMatchObject([{ injectImmediately: true }]); // else it waits for the end of the load
});

test('a page that does not respond within a second counts as accessible', async () => {
  const browser = browserWithTab();
  browser.execute = () => new Promise(() => {});
  const results = reloaded();

  await vi.advanceTimersByTimeAsync(6_000);

  expect(results).toEqual([true]); // the next snapshot finds out, and reports a timeout
});

test('a closed tab is not accessible', async () => {
  const browser = browserWithTab();
  browser.openTabs.pop();
  const results = reloaded();

  await vi.advanceTimersByTimeAsync(0);

  expect(results).toEqual([false]);
});

test.each(['loads', 'never loads'])('a page that %s leaves no listener and no timer behind', async (page) => {
  const browser = browserWithTab();
  const results = reloaded();
  await vi.advanceTimersByTimeAsync(0);

  if (page === 'loads') browser.tabs.onUpdated.emit(7, { status: 'complete' });
  await vi.advanceTimersByTimeAsync(page === 'loads' ? 0 : 6_000);

  expect(results).toEqual([true]);
  expect(browser.tabs.onUpdated.listeners.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
