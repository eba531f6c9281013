import { expect } from 'vitest';
import type { Popup } from '../drivers/popup.ts';
import { until } from '../drivers/waiting.ts';
import { after, cookieOf, type Overrides, storedCookie } from './overrides.ts';
import { FLAGS, VARIANTS } from './site.ts';
import type { ChaosWorld, Fault } from './survive.ts';

/** The real popup is closed up to 50 ms after the click. The cookie and the badge count are both the old or the new ones. */
export const popupClosed: Fault = async ({ browser, sites, settled, count }) => {
  const url = sites.url('closed');
  const tab = await browser.open(url);
  let overrides: Overrides = new Map();

  return async (random) => {
    const [flag, variant] = [random.pick(FLAGS), random.pick(VARIANTS)];
    const popup = await tab.clickToolbarButton();
    await settled(popup);
    const tabId = await popup.tabId();
    expect(await popup.chosen(flag)).toBe(overrides.get(flag) ?? '');

    await clickAndClose(popup, flag, variant, random.pick([0, random.below(5), random.below(51)]));
    await until('the popup is closed', async () => !(await popup.isOpen()));
    await writesEnded(browser, tabId);
    const changed = after(overrides, [[flag, variant]]);
    const stored = await storedCookie(tab, url);
    expect([cookieOf(overrides), cookieOf(changed)]).toContain(stored);
    const kept = await browser.helperPage.evaluate(async ({ chrome }) =>
      Object.values(await chrome.storage.session.get()),
    );
    const badgeCounts = [overrides, changed].map(({ size }) => ({
      origin: new URL(url).origin,
      cookie: 'gatekeeper',
      count: size,
    }));
    expect(badgeCounts.map((one) => [one])).toContainEqual(kept);
    count(stored === cookieOf(changed) ? 'new cookies' : 'old cookies');
    if (stored === cookieOf(changed)) overrides = changed;
  };
};

/** Waits until the page has run the functions that the popup injected: it injects one more, which waits for the same lock. */
function writesEnded({ helperPage }: ChaosWorld['browser'], tabId: number): Promise<void> {
  return helperPage.evaluate(async ({ chrome }, id) => {
    const func = (): Promise<void> => navigator.locks.request('gatekeeper', () => {});
    await chrome.scripting.executeScript({ target: { tabId: id }, func });
  }, tabId);
}

/** Clicks a radio and closes the popup after some milliseconds, or at once for 0, as a click elsewhere would. */
function clickAndClose(popup: Popup, flag: string, variant: string, milliseconds: number): Promise<void> {
  return popup.evaluate(
    (window, name, value, delay) => {
      window.document.querySelector<HTMLInputElement>(`[data-flag="${name}"] input[value="${value}"]`)?.click();
      if (delay === 0) window.close();
      else window.setTimeout(() => window.close(), delay);
    },
    flag,
    variant,
    milliseconds,
  );
}
