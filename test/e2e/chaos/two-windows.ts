import { expect } from 'vitest';
import type { Random } from '../../../scripts/fuzz/random.ts';
import type { Popup } from '../drivers/popup.ts';
import { eventually } from '../eventually.ts';
import { clickNow, pause } from './clicks.ts';
import { after, cookieOf, type Edit, expectStored, type Overrides, storedCookie } from './overrides.ts';
import { FLAGS, VARIANTS } from './site.ts';
import type { Fault } from './survive.ts';

// Each window edits its own flags, and both edit GOLF. A window's edits are written in order: once the edit of its `last`
// flag is in the cookie, all of them are.
const LEFT = { own: ['ALPHA', 'BRAVO'], last: 'CHARLIE' } as const;
const RIGHT = { own: ['DELTA', 'ECHO'], last: 'FOXTROT' } as const;
const SHARED = 'GOLF';
const CLICKS = 4;

/** Two windows edit one site at the same time. Each edit of both must be in the cookie, in any order. */
export const twoWindows: Fault = async ({ browser, sites, settled }) => {
  const url = sites.url('both');
  const left = await (await browser.open(url)).openDetachedPopup();
  const tab = await browser.open(url, { inNewWindow: true });
  const right = await tab.openDetachedPopup();
  let overrides: Overrides = new Map();

  return async (random, iteration) => {
    const [lefts, rights] = await Promise.all([
      clicks(left, LEFT, random, iteration),
      clicks(right, RIGHT, random, iteration),
    ]);

    // Either window may have been last to edit the shared flag. Everything else is determined.
    const allowed = [
      [...lefts, ...rights],
      [...rights, ...lefts],
    ].map((edits) => after(overrides, edits));
    await expectStored(tab, url, ...allowed);
    const stored = await storedCookie(tab, url);
    overrides = allowed.find((one) => cookieOf(one) === stored) ?? overrides;

    if (iteration % 20 !== 0) return; // it takes up to a second until a window reads the cookie again
    for (const popup of [left, right]) {
      await settled(popup);
      const shown = () => Promise.all(FLAGS.map((flag) => popup.chosen(flag)));
      await eventually(shown).toEqual(FLAGS.map((flag) => overrides.get(flag) ?? ''));
      expect(await popup.alerts()).toEqual([]);
    }
  };
};

/** Clicks in a popup, with random pauses; resolves to the clicks that were edits. */
async function clicks(
  popup: Popup,
  { own, last }: typeof LEFT | typeof RIGHT,
  random: Random,
  iteration: number,
): Promise<readonly Edit[]> {
  const plan = Array.from(
    { length: CLICKS },
    () => [random.pick([...own, SHARED]), random.pick(VARIANTS), random.below(25)] as const,
  );
  const ending = VARIANTS[iteration % VARIANTS.length] as string;
  const edits: Edit[] = [];
  for (const [flag, variant, gap] of [...plan, [last, ending, 0] as const]) {
    const { isEdit } = await clickNow(popup, flag, variant);
    if (isEdit) edits.push([flag, variant]);
    await pause(gap);
  }
  return edits;
}
