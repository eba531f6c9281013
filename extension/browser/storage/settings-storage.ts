import browser, { type Permissions } from 'webextension-polyfill';
import type { SiteMemoryStorage } from '../../app/flags/browsing-store.ts';
import { parseSettings, type Settings, serializeSettings } from '../../app/settings/settings.ts';

const KEY = 'settings';

/** What the person has set. */
export async function loadSettings(): Promise<Settings> {
  return parseSettings((await browser.storage.local.get(KEY))[KEY]);
}

/** Changes the settings as they are stored by then; every open page of the extension hears of it. */
export function changeSettings(change: (settings: Settings) => Partial<Settings>): Promise<void> {
  // One change at a time, on all pages of the extension: none may write what another has just replaced.
  return navigator.locks.request(KEY, async () => {
    const settings = await loadSettings();
    await browser.storage.local.set({ [KEY]: serializeSettings({ ...settings, ...change(settings) }) });
  });
}

/** Calls `listener` whenever something has been set, here or on another page. */
export function onSettingsChanged(listener: (settings: Settings) => void): void {
  browser.storage.onChanged.addListener((changes, area) => {
    const change = area === 'local' ? changes[KEY] : undefined;
    if (change !== undefined) listener(parseSettings(change.newValue));
  });
}

/** The memory of sites, in memory itself: it ends with the browser, and reaches no disk. */
export async function openSiteMemory(): Promise<SiteMemoryStorage> {
  // All at once and at the start, so that nothing waits for it when the flags are there.
  const kept = await browser.storage.session.get(null);
  return {
    read: (origin) => kept[keyOf(origin)],
    change(origin, change) {
      const key = keyOf(origin);
      kept[key] = change(kept[key]);
      // Another window of the site may have stored a memory since.
      const store = async (): Promise<void> => {
        await browser.storage.session.set({ [key]: change((await browser.storage.session.get(key))[key]) });
      };
      navigator.locks.request(key, store).catch(() => {}); // a full store only forgets
    },
  };
}

const keyOf = (origin: string): string => `look:${origin}`;

/** The keys that open the popup, `''` where the person has set none; `undefined` in a browser without shortcuts. */
export async function popupShortcut(): Promise<string | undefined> {
  // Firefox for Android has none.
  const commands = await browser.commands?.getAll();
  return commands?.find(({ name }) => name === '_execute_action')?.shortcut ?? (commands && '');
}

/** Opens the page of the browser's on which shortcuts are changed. */
export async function openShortcutSettings(): Promise<void> {
  // Only Firefox has a word for it, and only Chromium lets an extension open its page.
  if (browser.commands.openShortcutSettings !== undefined) await browser.commands.openShortcutSettings();
  else await browser.tabs.create({ url: 'chrome://extensions/shortcuts' });
}

// The polyfill's types do not know that Firefox lets it be optional.
const PERMISSION = { permissions: ['devtools'] } as unknown as Permissions.Permissions;

/** Whether the panel is switched on; `undefined` in a build whose panel cannot be switched. */
export async function isPanelEnabled(): Promise<boolean | undefined> {
  const { optional_permissions: offered = [] } = browser.runtime.getManifest();
  return (offered as readonly string[]).includes('devtools') ? browser.permissions.contains(PERMISSION) : undefined;
}

/** Switches the panel on or off; on has to be called in a click, and the browser asks. */
export async function setPanelEnabled(on: boolean): Promise<void> {
  await (on ? browser.permissions.request(PERMISSION) : browser.permissions.remove(PERMISSION));
}
