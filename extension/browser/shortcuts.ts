import browser from 'webextension-polyfill';

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
