import { FakeBrowser } from './fake-browser.ts';

let current = new FakeBrowser();

/** A browser of its own for one test, which the extension's files find in place of the last test's. */
export function installFakeBrowser(): FakeBrowser {
  current = new FakeBrowser();
  return current;
}

// Imported before webextension-polyfill, which hands out a browser that is there already and looks no further.
const browser = new Proxy(
  {},
  { get: (_, namespace) => Reflect.get(current, namespace), has: (_, namespace) => namespace in current },
);
Object.assign(globalThis, { browser, chrome: { runtime: current.runtime } });
