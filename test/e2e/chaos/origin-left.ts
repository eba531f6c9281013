import { expect } from 'vitest';
import { eventually } from '../eventually.ts';
import { clickNow, pause } from './clicks.ts';
import { after, cookieOf, type Edit, type Overrides, storedCookie } from './overrides.ts';
import { FLAGS, VARIANTS } from './site.ts';
import type { Fault } from './survive.ts';

/**
 * The tab goes to another origin around the click. The browser lets the extension into both, so that nothing but the
 * extension itself keeps the choice from being written where it was not meant.
 */
export const originLeft: Fault = async ({ browser, sites, settled, count }) => {
  const origins = ['here', 'there'].map((name) => new Origin(sites.url(name)));
  const tab = await browser.open(sites.url('here'));
  const popup = await tab.openDetachedPopup();

  return async (random, iteration) => {
    const to = origins[iteration % 2] as Origin;
    const [flag, variant] = [random.pick(FLAGS), random.pick(VARIANTS)];

    const lead = random.below(40);
    const gone = pause(20).then(() => tab.goto(`${to.url}?wait=${random.below(20)}`));
    await pause(lead);
    const { host, isEdit } = await clickNow(popup, flag, variant);
    await gone;
    await settled(popup);

    await eventually(() => popup.text()).toContain(to.host);
    if (isEdit) origins.find((origin) => origin.host === host)?.meet([flag, variant]);
    for (const origin of origins) {
      const now = Date.now();
      count(origin.sees(await storedCookie(tab, origin.url), now));
    }
  };
};

/** What the cookie of one origin may be: every edit that was made on it is in it, or has gone with its page. */
class Origin {
  readonly url: string;
  readonly host: string;
  #overrides: Overrides = new Map();
  /** Edits whose page left: one that comes back within five seconds, by the popup's clock, may still be written. */
  #open: { readonly edit: Edit; readonly until: number }[] = [];

  constructor(url: string) {
    this.url = url;
    this.host = new URL(url).host;
  }

  meet(edit: Edit): void {
    this.#open.push({ edit, until: Date.now() + 15_000 });
  }

  /** Takes over what the browser holds, if it can have come to that. */
  sees(stored: string | undefined, lookedAt: number): string {
    const edits = this.#open.map(({ edit }) => edit);
    // What was too late before this look cannot be new at the next one; at this one it can, however long ago the last was.
    this.#open = this.#open.filter(({ until }) => lookedAt < until);
    const possible = partsOf(edits).map((part) => ({ part, overrides: after(this.#overrides, part) }));
    expect(possible.map(({ overrides }) => cookieOf(overrides))).toContain(stored);
    const found = possible.find(({ overrides }) => cookieOf(overrides) === stored);
    if (found === undefined || found.part.length === 0) return 'cookies unchanged';
    this.#overrides = found.overrides;
    this.#open = this.#open.filter(({ edit }) => !found.part.includes(edit));
    return 'cookies changed';
  }
}

/** Every part of a list, in its order; the empty one first. */
function partsOf<Item>(list: readonly Item[]): readonly (readonly Item[])[] {
  const [first, ...rest] = list;
  if (first === undefined) return [[]];
  return partsOf(rest).flatMap((part) => [part, [first, ...part]]);
}
