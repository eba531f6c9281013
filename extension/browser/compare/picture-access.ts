import browser from 'webextension-polyfill';

// Firefox takes activeTab back at every reload, and then takes pictures only with permission for all sites. A comparison
// borrows it: it asks for it, and gives it back. The mark in the storage says that it was borrowed. A permission for all
// sites that the user gave in the browser's settings has no mark, and stays.

const ALL_SITES = { origins: ['<all_urls>'] };
const MARK = 'borrowed-access';

/** Whether the browser lets the extension take a picture of a tab after it has been reloaded. */
export async function canCapture(): Promise<boolean> {
  if (!('getBrowserInfo' in browser.runtime)) return true;
  return browser.permissions.contains(ALL_SITES).catch(() => false);
}

/**
 * Asks for permission for all sites, and calls `use` if the user gives it; must be called in a click handler. Afterwards
 * `returnAccess()` gives it back, here or, if this page closes or crashes, in another page of the extension.
 */
export async function borrowAccess(use: () => Promise<void>): Promise<void> {
  // Called without awaiting: browsers ask only in a click handler.
  const isAllowed = browser.permissions.request(ALL_SITES).catch(() => false);
  await navigator.locks.request(MARK, { mode: 'shared' }, async () => {
    await browser.storage.local.set({ [MARK]: true });
    if (await isAllowed) await use();
  });
}

/** Gives the permission back if it was borrowed and no page needs it any more. */
export async function returnAccess(): Promise<void> {
  await navigator.locks.request(MARK, { ifAvailable: true }, async (lock) => {
    if (lock === null || !(await isMarked())) return;
    await browser.permissions.remove(ALL_SITES);
    await browser.storage.local.remove(MARK);
  });
}

/** Whether the extension has permission for all sites only because a comparison borrowed it. */
export async function isAccessBorrowed(): Promise<boolean> {
  return (await isMarked()) && browser.permissions.contains(ALL_SITES);
}

async function isMarked(): Promise<boolean> {
  return MARK in (await browser.storage.local.get(MARK));
}
