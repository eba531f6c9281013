import browser from 'webextension-polyfill';
import { readSettings, type Settings, storedSettings } from '../app/settings.ts';

const KEY = 'settings';

/** What the person has set. */
export async function loadSettings(): Promise<Settings> {
  return readSettings((await browser.storage.local.get(KEY))[KEY]);
}

/** Changes the settings as they are stored by then; every open page of the extension hears of it. */
export function changeSettings(change: (settings: Settings) => Partial<Settings>): Promise<void> {
  // One change at a time, on all pages of the extension: none may write what another has just replaced.
  return navigator.locks.request(KEY, async () => {
    const settings = await loadSettings();
    await browser.storage.local.set({ [KEY]: storedSettings({ ...settings, ...change(settings) }) });
  });
}

/** Calls `listener` whenever something has been set, here or on another page. */
export function onSettings(listener: (settings: Settings) => void): void {
  browser.storage.onChanged.addListener((changes, area) => {
    const change = area === 'local' ? changes[KEY] : undefined;
    if (change !== undefined) listener(readSettings(change.newValue));
  });
}
