import { vi } from 'vitest';
import type { FakeBrowser } from './fake-browser.ts';
import { installFakeBrowser } from './global-browser.ts';

/** The locks of the extension's own pages: one after the other, each by its name. */
export function createLocks(): { request(name: string, act: () => Promise<unknown>): Promise<unknown> } {
  const last = new Map<string, Promise<unknown>>();
  return {
    request(name, act) {
      const next = (last.get(name) ?? Promise.resolve()).then(act);
      last.set(
        name,
        next.catch(() => {}),
      );
      return next;
    },
  };
}

/** A browser of its own in which settings, presets and memories can be kept. */
export function installFakeBrowserWithLocks(): FakeBrowser {
  vi.stubGlobal('navigator', { locks: createLocks() });
  return installFakeBrowser();
}
