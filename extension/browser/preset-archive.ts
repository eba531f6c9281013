import browser from 'webextension-polyfill';
import type { PresetArchive } from '../app/preset-port.ts';
import { readPresets } from '../app/presets.ts';
import { isOfSite, PRESETS, presetStore } from './preset-store.ts';

/** The presets that the person has saved, of all sites. */
export const presetArchive: PresetArchive = {
  ...presetStore,
  async all() {
    const kept = Object.entries(await browser.storage.local.get(null))
      .filter(([key]) => isOfSite(key))
      .map(([key, value]) => [key.slice(PRESETS.length), readPresets(value)] as const)
      .filter(([, presets]) => presets.length > 0);
    return new Map(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
  },
};
