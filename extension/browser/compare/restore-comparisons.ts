import browser from 'webextension-polyfill';
import { type ComparisonNote, restoreChoice } from '../../app/compare/restore-choice.ts';
import { TabPage } from '../page/tab-page.ts';
import { returnAccess } from './picture-access.ts';

/**
 * Restores the choices of comparisons that ended too early: at the start, and whenever a comparison begins, a tab closes or
 * a tab has loaded.
 */
export function keepRestoring(): void {
  // The window may close while its note is being stored. Then this is the only event after it.
  browser.storage.onChanged.addListener((changes, area) => {
    const isNoted = Object.entries(changes).some(
      ([key, { newValue }]) => key.startsWith(PREFIX) && newValue !== undefined,
    );
    if (area === 'session' && isNoted) restoreComparisons().catch(ignore);
  });
  browser.tabs.onUpdated.addListener((tabId, { status }) => {
    if (status === 'complete') restoreComparisons(tabId).catch(ignore);
  });
  // The window of a comparison is a tab, too.
  browser.tabs.onRemoved.addListener(() => {
    restoreComparisons().catch(ignore);
  });
  restoreComparisons().catch(ignore);
}

/**
 * Waits for the running comparisons to end, restores what they left, and gives back the permission that they borrowed.
 * `tabId`: a tab that may show the same site.
 */
export async function restoreComparisons(tabId?: number): Promise<void> {
  const notes = await readNotes();
  await Promise.all(notes.map(({ origin }) => whileComparing(origin, () => restoreLeft(origin, tabId))));
  // What is left can be restored only with the permission.
  if ((await readNotes()).length === 0) await returnAccess();
}

/** Restores what an earlier comparison left on a site, if anything. Must be called while no other comparison runs. */
export async function restoreLeft(origin: string, tabId?: number): Promise<void> {
  const note = (await readNotes()).find((one) => one.origin === origin);
  if (note === undefined) return;
  for (const id of new Set([note.tabId, tabId ?? note.tabId])) {
    if (!(await restoreChoice(new TabPage(id, undefined, { isImmediate: true }), note))) continue;
    await removeNote(origin);
    await browser.tabs.reload(id);
    return;
  }
}

// The tab may have closed meanwhile. Another event tries again.
const ignore = (): void => {};

// Notes of the comparisons that run. A note that is left without a running comparison means that its window has closed
// or crashed before the choice of before was restored.

/** Stores the note of a comparison until the browser closes. */
export async function storeNote(note: ComparisonNote): Promise<void> {
  await browser.storage.session.set({ [PREFIX + note.origin]: note });
}

export async function removeNote(origin: string): Promise<void> {
  await browser.storage.session.remove(PREFIX + origin);
}

async function readNotes(): Promise<readonly ComparisonNote[]> {
  const items = await browser.storage.session.get(null);
  return Object.entries(items).flatMap(([key, note]) => (key.startsWith(PREFIX) ? [note as ComparisonNote] : []));
}

const PREFIX = 'compare:';

/**
 * Calls `run` while no other page of the extension compares variants of the site. A page that closes or crashes releases
 * the lock. Rejects if `signal` aborts first.
 */
export function whileComparing<Value>(origin: string, run: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
  const { locks } = navigator;
  const name = PREFIX + origin;
  return (signal ? locks.request(name, { signal }, run) : locks.request(name, run)) as Promise<Value>;
}
