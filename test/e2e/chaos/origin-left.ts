import { expect } from 'vitest';
import { eventually } from '../eventually.ts';
import { clickNow, pause } from './clicks.ts';
import { after, cookieOf, type Edit, type Overrides, storedCookie } from './overrides.ts';
import { FLAGS, VARIANTS } from './site.ts';
import type { Fault } from './survive.ts';

/**
 * The tab goes to another origin around the click. The extension has access to both origins, so only its own check keeps the
 * choice from being written to the wrong one.
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
    if (isEdit) origins.find((origin) => origin.host === host)?.addEdit([flag, variant]);
    for (const origin of origins) {
      const now = Date.now();
      count(origin.check(await storedCookie(tab, origin.url), now));
    }
  };
};

/** The possible cookies of one origin: each edit that was made on it is in the cookie, or was lost with its page. */
class Origin {
  readonly url: string;
  readonly host: string;
  #overrides: Overrides = new Map();
  /** Edits whose page was left. If the page returns within five seconds by the popup's clock, they may still be written. */
  #open: { readonly edit: Edit; readonly until: number }[] = [];

  constructor(url: string) {
    this.url = url;
    this.host = new URL(url).host;
  }

  addEdit(edit: Edit): void {
    this.#open.push({ edit, until: Date.now() + 15_000 });
  }

  /** Expects the stored cookie to be a possible one, and continues from it. */
  check(stored: string | undefined, readAt: number): string {
    const edits = this.#open.map(({ edit }) => edit);
    // An edit whose time ended before this read may be in this cookie for the first time, but not in the next one.
    this.#open = this.#open.filter(({ until }) => readAt < until);
    const possible = subsetsOf(edits).map((part) => ({ part, overrides: after(this.#overrides, part) }));
    expect(possible.map(({ overrides }) => cookieOf(overrides))).toContain(stored);
    const found = possible.find(({ overrides }) => cookieOf(overrides) === stored);
    if (found === undefined || found.part.length === 0) return 'cookies unchanged';
    this.#overrides = found.overrides;
    this.#open = this.#open.filter(({ edit }) => !found.part.includes(edit));
    return 'cookies changed';
  }
}

/** Every subset of a list, in its order, the empty one first. */
function subsetsOf<Item>(list: readonly Item[]): readonly (readonly Item[])[] {
  const [first, ...rest] = list;
  if (first === undefined) return [[]];
  return subsetsOf(rest).flatMap((part) => [part, [first, ...part]]);
}
