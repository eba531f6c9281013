import browser from 'webextension-polyfill';
import type { PresetPort } from '../app/preset-port.ts';
import { type Presets, readPresets } from '../app/presets.ts';

// On disk, for it was saved on purpose; one entry a site.
const PREFIX = 'presets:';

/** The presets that the person has saved, kept until they delete them. */
export const presetStore: PresetPort = {
  read,
  change(origin, change) {
    // Two popups of one site must not take each other's presets away.
    return navigator.locks.request(PREFIX + origin, async () => {
      const presets = change(await read(origin));
      if (presets.length === 0) await browser.storage.local.remove(PREFIX + origin);
      else await browser.storage.local.set({ [PREFIX + origin]: presets });
      return presets;
    });
  },
};

async function read(origin: string): Promise<Presets> {
  const key = PREFIX + origin;
  return readPresets((await browser.storage.local.get(key))[key]);
}
