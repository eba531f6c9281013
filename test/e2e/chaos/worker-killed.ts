import { eventually } from '../eventually.ts';
import { clickNow, pause } from './clicks.ts';
import { after, expectStored, type Overrides } from './overrides.ts';
import { FLAGS, VARIANTS } from './site.ts';
import type { Fault } from './survive.ts';

/** The background's worker is killed before, during or after each edit. Between the edits it must count the tab's overrides. */
export const workerKilled: Fault = async ({ browser, sites, settled }) => {
  const url = sites.url('worker');
  const tab = await browser.open(url);
  const popup = await tab.openDetachedPopup();
  let overrides: Overrides = new Map();

  return async (random) => {
    const [flag, variant] = [random.pick(FLAGS), random.pick(VARIANTS)];
    const moment = random.pick(['before', 'during', 'after']);
    // In half of the iterations the tab has just loaded, so the worker is awake and counts.
    if (random.once(2)) await tab.reload();
    await settled(popup);

    if (moment === 'before') await browser.killWorker();
    const killed = moment === 'during' && pause(random.below(20)).then(() => browser.killWorker());
    await clickNow(popup, flag, variant);
    await killed;
    overrides = after(overrides, [[flag, variant]]);
    await expectStored(tab, url, overrides);
    if (moment === 'after') await browser.killWorker();

    if (!random.once(10)) return;
    await tab.reload(); // clears the badge: it returns only if the worker wakes and counts again
    await eventually(() => tab.badge()).toBe(overrides.size === 0 ? '' : String(overrides.size));
  };
};
