import { FakeBrowser } from './fake-browser.ts';

let running = new FakeBrowser();

/** A browser of its own for one test, which the extension's files find in place of the last test's. */
export function startedBrowser(): FakeBrowser {
  running = new FakeBrowser();
  return running;
}

// Imported before webextension-polyfill, which hands out a browser that is there already and looks no further.
const browser = new Proxy(
  {},
  { get: (_, namespace) => Reflect.get(running, namespace), has: (_, namespace) => namespace in running },
);
Object.assign(globalThis, { browser, chrome: { runtime: running.runtime } });
