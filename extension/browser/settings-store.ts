import browser from 'webextension-polyfill';
import { readSettings, type Settings, storedSettings } from '../app/settings.ts';

const KEY = 'settings';

/** What the person has set. */
export async function loadSettings(): Promise<Settings> {
  return readSettings((await browser.storage.local.get(KEY))[KEY]);
}

/** Changes what is set by now; every open page of the extension hears of it. */
export function changeSettings(change: Partial<Settings>): Promise<void> {
  const changed = changes.then(async () => {
    await browser.storage.local.set({ [KEY]: storedSettings({ ...(await loadSettings()), ...change }) });
  });
  changes = changed.catch(() => {}); // one that failed holds up no other
  return changed;
}

// One after the other, so that none writes what another has just replaced.
let changes: Promise<void> = Promise.resolve();

/** Calls `listener` whenever something has been set, here or on another page. */
export function onSettings(listener: (settings: Settings) => void): void {
  browser.storage.onChanged.addListener((changes, area) => {
    const change = area === 'local' ? changes[KEY] : undefined;
    if (change !== undefined) listener(readSettings(change.newValue));
  });
}
