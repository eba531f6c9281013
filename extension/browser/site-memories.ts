import browser from 'webextension-polyfill';
import type { MemoryPort } from '../app/site-memory.ts';

/** The memory of sites, in memory itself: it ends with the browser, and reaches no disk. */
export async function siteMemories(): Promise<MemoryPort> {
  // All at once and at the start, so that nothing waits for it when the flags are there.
  const kept = await browser.storage.session.get(null);
  return {
    recall: (origin) => kept[keyOf(origin)],
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
