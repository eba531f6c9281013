import { FakeBrowser } from './fake-browser.ts';

let current = new FakeBrowser();

/** Installs a new fake browser for one test, in place of the previous test's. */
export function installFakeBrowser(): FakeBrowser {
  current = new FakeBrowser();
  return current;
}

// Must be imported before webextension-polyfill, which exports an existing global `browser` unchanged.
const browser = new Proxy(
  {},
  { get: (_, namespace) => Reflect.get(current, namespace), has: (_, namespace) => namespace in current },
);
Object.assign(globalThis, { browser, chrome: { runtime: current.runtime } });
