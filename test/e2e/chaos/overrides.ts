import { expect } from 'vitest';
import type { Tab } from '../drivers/browser-driver.ts';
import { eventually } from '../eventually.ts';

/** What a model of the site's cookie says: each flag's variant. */
export type Overrides = ReadonlyMap<string, string>;

/** One flag's variant, chosen; `''` takes an override away. */
export type Edit = readonly [flag: string, variant: string];

/** The overrides after some edits, in their order. */
export function after(overrides: Overrides, edits: readonly Edit[]): Overrides {
  const edited = new Map(overrides);
  for (const [flag, variant] of edits) {
    if (variant === '') edited.delete(flag);
    else edited.set(flag, variant);
  }
  return edited;
}

/** The raw cookie that these overrides are, written down anew from the protocol; `undefined`: none. */
export function cookieOf(overrides: Overrides): string | undefined {
  const sorted = Object.fromEntries([...overrides].sort(([one], [other]) => (one < other ? -1 : 1)));
  return overrides.size === 0 ? undefined : encodeURIComponent(JSON.stringify(sorted));
}

/** The override cookie that the browser holds for an address, whatever the page or the popup say. */
export async function storedCookie(tab: Tab, url: string): Promise<string | undefined> {
  const ours = (await tab.page.cookies(url)).filter(({ name }) => name.includes('gatekeeper'));
  expect(ours.length).toBeLessThanOrEqual(1);
  return ours[0]?.value;
}

/** Waits until the browser holds exactly these overrides, or one of these. */
export async function expectStored(tab: Tab, url: string, ...allowed: readonly Overrides[]): Promise<void> {
  await eventually(() => storedCookie(tab, url)).toBeOneOf(allowed.map(cookieOf));
}
