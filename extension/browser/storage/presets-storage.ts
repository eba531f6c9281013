import browser from 'webextension-polyfill';
import { type AllPresetsStorage, type PresetStorage, type Presets, parsePresets } from '../../app/presets/presets.ts';
import { parseSiteOrigin } from '../../app/settings/site-urls.ts';

/** The prefix of the storage keys; the site's origin follows. */
const KEY_PREFIX = 'presets:';

/** The user's presets, stored on disk until the user deletes them. */
export const presetStorage: PresetStorage = {
  read,
  change(origin, change) {
    // The lock prevents two popups of one site from overwriting each other's presets.
    return navigator.locks.request(KEY_PREFIX + origin, async () => {
      const presets = change(await read(origin));
      if (presets.length === 0) await browser.storage.local.remove(KEY_PREFIX + origin);
      else await browser.storage.local.set({ [KEY_PREFIX + origin]: presets });
      return presets;
    });
  },
};

/** Calls `listener` whenever any page of the extension has changed presets. */
export function onPresetsChanged(listener: () => void): void {
  browser.storage.onChanged.addListener((changes, area) => {
    if (area === 'local' && Object.keys(changes).some(isPresetsKey)) listener();
  });
}

/** Whether a storage key holds a site's presets. */
function isPresetsKey(key: string): boolean {
  const origin = key.slice(KEY_PREFIX.length);
  return key.startsWith(KEY_PREFIX) && parseSiteOrigin(origin) === origin;
}

async function read(origin: string): Promise<Presets> {
  const key = KEY_PREFIX + origin;
  return parsePresets((await browser.storage.local.get(key))[key]);
}

/** The user's presets for all sites. */
export const allPresetsStorage: AllPresetsStorage = {
  ...presetStorage,
  async all() {
    const stored = Object.entries(await browser.storage.local.get(null))
      .filter(([key]) => isPresetsKey(key))
      .map(([key, value]) => [key.slice(KEY_PREFIX.length), parsePresets(value)] as const)
      .filter(([, presets]) => presets.length > 0);
    return new Map(stored.sort(([a], [b]) => (a < b ? -1 : 1)));
  },
};
