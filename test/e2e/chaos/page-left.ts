import { expect } from 'vitest';
import { eventually } from '../eventually.ts';
import { clickNow, pause } from './clicks.ts';
import { after, expectStored, type Overrides } from './overrides.ts';
import { FLAGS, VARIANTS } from './site.ts';
import type { Fault } from './survive.ts';

/** The tab goes to another page of the same origin around the click. The permission remains, so the edit must be stored. */
export const pageLeft: Fault = async ({ browser, sites, settled }) => {
  const url = sites.url('left');
  const tab = await browser.open(url);
  const popup = await tab.openDetachedPopup();
  let overrides: Overrides = new Map();

  return async (random, iteration) => {
    const [flag, variant] = [random.pick(FLAGS), random.pick(VARIANTS)];

    const lead = random.below(40);
    const gone = pause(20).then(() => tab.goto(sites.url('left', `/${iteration}?wait=${random.below(20)}`)));
    await pause(lead);
    await clickNow(popup, flag, variant);
    await gone;
    await settled(popup);

    overrides = after(overrides, [[flag, variant]]);
    await expectStored(tab, url, overrides);
    await eventually(() => popup.chosen(flag)).toBe(variant);
    expect(await popup.alerts()).toEqual([]);
  };
};
