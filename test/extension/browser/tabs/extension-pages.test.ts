import '../../../fakes/browser/global-browser.ts';
import { afterEach, expect, test, vi } from 'vitest';
import { targetTabId } from '../../../../extension/browser/tabs/extension-pages.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';

afterEach(() => void vi.unstubAllGlobals());

test.each([
  // query           tab
  ['', 8],
  ['?tabId=7', 7],
  ['?tabId=0', 0],
  ['?other=1&tabId=12', 12],
  ['?tabId=', 8],
  ['?tabId=-1', 8],
  ['?tabId=7.5', 8],
  ['?tabId=1e3', 8],
  ['?tabId=seven', 8],
])('a popup opened with %j works on tab %i', async (search, tab) => {
  vi.stubGlobal('location', { search });
  installFakeBrowser().openTabs.push({ id: 7 }, { id: 8, active: true });

  expect(await targetTabId()).toBe(tab);
});

test('without an active tab, there is no target tab', async () => {
  vi.stubGlobal('location', { search: '' });
  installFakeBrowser();

  expect(await targetTabId()).toBe(-1);
});
