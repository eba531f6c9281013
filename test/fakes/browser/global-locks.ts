import { vi } from 'vitest';
import type { FakeBrowser } from './fake-browser.ts';
import { installFakeBrowser } from './global-browser.ts';

/** Locks for the extension's own pages: requests for the same name run one after the other. */
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

/** Installs a new fake browser with locks, as needed to store settings, presets and site memories. */
export function installFakeBrowserWithLocks(): FakeBrowser {
  vi.stubGlobal('navigator', { locks: createLocks() });
  return installFakeBrowser();
}
