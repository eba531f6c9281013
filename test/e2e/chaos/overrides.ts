import { expect } from 'vitest';
import type { Tab } from '../drivers/browser-driver.ts';
import { eventually } from '../eventually.ts';

/** The model of the site's cookie: each flag's variant. */
export type Overrides = ReadonlyMap<string, string>;

/** A choice of a flag's variant; `''` removes the override. */
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

/** The raw cookie for these overrides, written from the protocol and not by the extension's code; `undefined` for none. */
export function cookieOf(overrides: Overrides): string | undefined {
  const sorted = Object.fromEntries([...overrides].sort(([one], [other]) => (one < other ? -1 : 1)));
  return overrides.size === 0 ? undefined : encodeURIComponent(JSON.stringify(sorted));
}

/** The override cookie that the browser stores for a URL. */
export async function storedCookie(tab: Tab, url: string): Promise<string | undefined> {
  const ours = (await tab.page.cookies(url)).filter(({ name }) => name.includes('gatekeeper'));
  expect(ours.length).toBeLessThanOrEqual(1);
  return ours[0]?.value;
}

/** Waits until the browser stores exactly the overrides in one of `allowed`. */
export async function expectStored(tab: Tab, url: string, ...allowed: readonly Overrides[]): Promise<void> {
  await eventually(() => storedCookie(tab, url)).toBeOneOf(allowed.map(cookieOf));
}
