import { expect } from 'vitest';
import type { Popup } from '../drivers/popup.ts';
import { until } from '../drivers/waiting.ts';
import { after, cookieOf, type Overrides, storedCookie } from './overrides.ts';
import { FLAGS, VARIANTS } from './site.ts';
import type { ChaosWorld, Fault } from './survive.ts';

/** The real popup is closed up to 50 ms after the click: the cookie is the old one or the new one, and so is all else. */
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
    const kept = await browser.backstage.evaluate(async ({ chrome }) =>
      Object.values(await chrome.storage.session.get()),
    );
    const tallies = [overrides, changed].map(({ size }) => ({
      origin: new URL(url).origin,
      cookie: 'gatekeeper',
      count: size,
    }));
    expect(tallies.map((tally) => [tally])).toContainEqual(kept);
    count(stored === cookieOf(changed) ? 'new cookies' : 'old cookies');
    if (stored === cookieOf(changed)) overrides = changed;
  };
};

/** Waits until the page has done what the popup had sent it: this follows on the same way, and waits for the same lock. */
function writesEnded({ backstage }: ChaosWorld['browser'], tabId: number): Promise<void> {
  return backstage.evaluate(async ({ chrome }, id) => {
    const func = (): Promise<void> => navigator.locks.request('gatekeeper', () => {});
    await chrome.scripting.executeScript({ target: { tabId: id }, func });
  }, tabId);
}

/** Clicks on a radio; some milliseconds later, or in the same breath, the popup is closed, as by a click elsewhere. */
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
