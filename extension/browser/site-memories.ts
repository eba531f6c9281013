import browser from 'webextension-polyfill';
import type { MemoryPort } from '../app/site-memory.ts';

/** The memory of sites, in memory itself: it ends with the browser, and reaches no disk. */
export async function siteMemories(): Promise<MemoryPort> {
  // All at once and at the start, so that nothing waits for it when the flags are there.
  const kept = await browser.storage.session.get(null);
  return {
    recall: (origin) => kept[keyOf(origin)],
    keep: (origin, memory) => {
      kept[keyOf(origin)] = memory;
      browser.storage.session.set({ [keyOf(origin)]: memory }).catch(() => {}); // a full store forgets, no more
    },
  };
}

const keyOf = (origin: string): string => `look:${origin}`;
