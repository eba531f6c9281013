import browser from 'webextension-polyfill';
import type { PresetPort } from '../app/preset-port.ts';
import { type Presets, readPresets } from '../app/presets.ts';
import { siteOriginOf } from '../app/site-address.ts';

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

/** Calls `listener` whenever presets have been changed, on any page of the extension. */
export function onPresets(listener: () => void): void {
  browser.storage.onChanged.addListener((changes, area) => {
    if (area === 'local' && Object.keys(changes).some(isOfSite)) listener();
  });
}

/** Whether a key of the storage is that of a site's presets. */
export function isOfSite(key: string): boolean {
  const origin = key.slice(PRESETS.length);
  return key.startsWith(PRESETS) && siteOriginOf(origin) === origin;
}

async function read(origin: string): Promise<Presets> {
  const key = PRESETS + origin;
  return readPresets((await browser.storage.local.get(key))[key]);
}
