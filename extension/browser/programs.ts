import browser from 'webextension-polyfill';
import type { Programs } from '../app/copies.ts';

/** The browser and the extension, as they name themselves. */
export function programs(): Programs {
  return { browser: navigator.userAgent, version: browser.runtime.getManifest().version };
}
