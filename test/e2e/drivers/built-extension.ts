import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Build } from '../../../extension/manifest.ts';
// @ts-expect-error plain JavaScript without types: it runs before anything is installed
import { findBrowser } from '../../../scripts/lib/browsers.mjs';
import type { BrowserName } from './browser-driver.ts';

/** The folder of an unpacked build. */
export function builtExtension(build: Build): string {
  return fileURLToPath(new URL(`../../../dist/${build}`, import.meta.url));
}

/** The path of a browser's program: the value of CHROMIUM or FIREFOX, or the program in PATH. */
export function programOf(browser: BrowserName): string {
  const program = process.env[browser.toUpperCase()] ?? findBrowser(browser)?.program;
  if (program === undefined)
    throw new Error(`${browser} is not installed; install it, or set ${browser.toUpperCase()} to its path`);
  return program;
}

/** The extension's id in Firefox. */
export function addonId(): string {
  return JSON.parse(readFileSync(`${builtExtension('firefox')}/manifest.json`, 'utf8')).browser_specific_settings.gecko
    .id;
}
