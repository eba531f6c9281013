import browser from 'webextension-polyfill';
import type { PresetPort } from '../app/preset-port.ts';
import { type Presets, readPresets } from '../app/presets.ts';

/** What the keys of presets begin with, on disk, for they were saved on purpose; then comes the site’s origin. */
export const PRESETS = 'presets:';

/** The presets that the person has saved, kept until they delete them. */
export const presetStore: PresetPort = {
  read,
  change(origin, change) {
    // Two popups of one site must not take each other's presets away.
    return navigator.locks.request(PRESETS + origin, async () => {
      const presets = change(await read(origin));
      if (presets.length === 0) await browser.storage.local.remove(PRESETS + origin);
      else await browser.storage.local.set({ [PRESETS + origin]: presets });
      return presets;
    });
  },
};

async function read(origin: string): Promise<Presets> {
  const key = PRESETS + origin;
  return readPresets((await browser.storage.local.get(key))[key]);
}
