import { FakeBrowser } from './fake-browser.ts';

let running = new FakeBrowser();

/** A browser of its own for one test, which the extension's files find in place of the last test's. */
export function startedBrowser(): FakeBrowser {
  running = new FakeBrowser();
  return running;
}

// Imported before webextension-polyfill, which hands out a browser that is there already and looks no further.
const runtime = { id: 'gatekeeper', getManifest: () => ({ version: '1.2.3' }) };
const browser = {
  runtime,
  get i18n() {
    return running.i18n;
  },
  get scripting() {
    return running.scripting;
  },
  get tabs() {
    return running.tabs;
  },
  get action() {
    return running.action;
  },
  get devtools() {
    return running.devtools;
  },
  get permissions() {
    return running.permissions;
  },
  get storage() {
    return running.storage;
  },
};
Object.assign(globalThis, { browser, chrome: { runtime } });
