import browser from 'webextension-polyfill';
import { type AllPresetsStorage, type PresetStorage, type Presets, parsePresets } from '../../app/presets/presets.ts';
import { parseSiteOrigin } from '../../app/settings/site-urls.ts';

/** What the keys of presets begin with, on disk, for they were saved on purpose; then comes the site’s origin. */
const KEY_PREFIX = 'presets:';

/** The presets that the person has saved, kept until they delete them. */
export const presetStorage: PresetStorage = {
  read,
  change(origin, change) {
    // Two popups of one site must not take each other's presets away.
    return navigator.locks.request(KEY_PREFIX + origin, async () => {
      const presets = change(await read(origin));
      if (presets.length === 0) await browser.storage.local.remove(KEY_PREFIX + origin);
      else await browser.storage.local.set({ [KEY_PREFIX + origin]: presets });
      return presets;
    });
  },
};

/** Calls `listener` whenever presets have been changed, on any page of the extension. */
export function onPresetsChanged(listener: () => void): void {
  browser.storage.onChanged.addListener((changes, area) => {
    if (area === 'local' && Object.keys(changes).some(isPresetsKey)) listener();
  });
}

/** Whether a key of the storage is that of a site's presets. */
function isPresetsKey(key: string): boolean {
  const origin = key.slice(KEY_PREFIX.length);
  return key.startsWith(KEY_PREFIX) && parseSiteOrigin(origin) === origin;
}

async function read(origin: string): Promise<Presets> {
  const key = KEY_PREFIX + origin;
  return parsePresets((await browser.storage.local.get(key))[key]);
}

/** The presets that the person has saved, of all sites. */
export const allPresetsStorage: AllPresetsStorage = {
  ...presetStorage,
  async all() {
    const kept = Object.entries(await browser.storage.local.get(null))
      .filter(([key]) => isPresetsKey(key))
      .map(([key, value]) => [key.slice(KEY_PREFIX.length), parsePresets(value)] as const)
      .filter(([, presets]) => presets.length > 0);
    return new Map(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
  },
};
