import { vi } from 'vitest';
import type { FakeBrowser } from './fake-browser.ts';
import { installFakeBrowser } from './global-browser.ts';

type Act = (lock: object | null) => Promise<unknown>;

interface FakeLocks {
  request(name: string, act: Act): Promise<unknown>;
  request(name: string, options: { readonly ifAvailable?: boolean }, act: Act): Promise<unknown>;
}

/** Locks for the extension's own pages: requests for the same name run one after the other, shared ones too. */
export function createLocks(): FakeLocks {
  const last = new Map<string, Promise<unknown>>();
  return {
    async request(name: string, ...rest: [Act] | [{ readonly ifAvailable?: boolean }, Act]) {
      const [options, act] = rest.length === 1 ? [{}, rest[0]] : rest;
      const before = last.get(name);
      if (options.ifAvailable && before !== undefined) return act(null);
      const result = (before ?? Promise.resolve()).then(() => act({ name }));
      const released: Promise<unknown> = result
        .catch(() => {})
        .then(() => last.get(name) === released && last.delete(name));
      last.set(name, released);
      return result;
    },
  };
}

/** Installs a new fake browser with locks, as needed to store settings, presets and site memories. */
export function installFakeBrowserWithLocks(): FakeBrowser {
  vi.stubGlobal('navigator', { locks: createLocks() });
  return installFakeBrowser();
}
