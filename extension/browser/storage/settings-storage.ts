import browser, { type Permissions } from 'webextension-polyfill';
import type { SiteMemoryStorage } from '../../app/flags/browsing-store.ts';
import { parseSettings, type Settings, serializeSettings } from '../../app/settings/settings.ts';

const KEY = 'settings';

/** Reads the user's settings. */
export async function loadSettings(): Promise<Settings> {
  return parseSettings((await browser.storage.local.get(KEY))[KEY]);
}

/** Applies a change to the latest stored settings; every open page of the extension is notified. */
export function changeSettings(change: (settings: Settings) => Partial<Settings>): Promise<void> {
  // The lock runs one change at a time across all pages of the extension, so that none overwrites another.
  return navigator.locks.request(KEY, async () => {
    const settings = await loadSettings();
    await browser.storage.local.set({ [KEY]: serializeSettings({ ...settings, ...change(settings) }) });
  });
}

/** Calls `listener` whenever the settings have changed, on this page or another. */
export function onSettingsChanged(listener: (settings: Settings) => void): void {
  browser.storage.onChanged.addListener((changes, area) => {
    const change = area === 'local' ? changes[KEY] : undefined;
    if (change !== undefined) listener(parseSettings(change.newValue));
  });
}

/** Opens the memory of sites. It is held in RAM until the browser closes, and never written to disk. */
export async function openSiteMemory(): Promise<SiteMemoryStorage> {
  // Everything is read at start-up, so that nothing waits for it when the flags arrive.
  const stored = await browser.storage.session.get(null);
  return {
    read: (origin) => stored[keyOf(origin)],
    change(origin, change) {
      const key = keyOf(origin);
      stored[key] = change(stored[key]);
      // Another window may have changed the site's memory meanwhile.
      const store = async (): Promise<void> => {
        await browser.storage.session.set({ [key]: change((await browser.storage.session.get(key))[key]) });
      };
      navigator.locks.request(key, store).catch(() => {}); // if the storage is full, the change is lost
    },
  };
}

const keyOf = (origin: string): string => `look:${origin}`;

/** The shortcut that opens the popup; `''` if none is set, `undefined` in a browser without shortcuts. */
export async function popupShortcut(): Promise<string | undefined> {
  // Firefox for Android has no shortcuts.
  const commands = await browser.commands?.getAll();
  return commands?.find(({ name }) => name === '_execute_action')?.shortcut ?? (commands && '');
}

/** Opens the browser's page for changing shortcuts. */
export async function openShortcutSettings(): Promise<void> {
  // Firefox has a method for this; Chromium lets extensions open the page by its URL.
  if (browser.commands.openShortcutSettings !== undefined) await browser.commands.openShortcutSettings();
  else await browser.tabs.create({ url: 'chrome://extensions/shortcuts' });
}

// The polyfill's types lack this optional permission of Firefox.
const PERMISSION = { permissions: ['devtools'] } as unknown as Permissions.Permissions;

/** Whether the panel is switched on; `undefined` in a build without this switch. */
export async function isPanelEnabled(): Promise<boolean | undefined> {
  const { optional_permissions: offered = [] } = browser.runtime.getManifest();
  return (offered as readonly string[]).includes('devtools') ? browser.permissions.contains(PERMISSION) : undefined;
}

/** Switches the panel on or off. Switching it on must happen in a click handler; the browser asks the user. */
export async function setPanelEnabled(on: boolean): Promise<void> {
  await (on ? browser.permissions.request(PERMISSION) : browser.permissions.remove(PERMISSION));
}
