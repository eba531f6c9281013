import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Build } from '../../../extension/manifest.ts';
// @ts-expect-error plain JavaScript without types: it runs before anything is installed
import { findBrowser } from '../../../scripts/lib/browsers.mjs';
import type { BrowserName } from './browser-driver.ts';

/** Where a build is, unpacked. */
export function builtExtension(build: Build): string {
  return fileURLToPath(new URL(`../../../dist/${build}`, import.meta.url));
}

/** The program of a browser: the one that CHROMIUM or FIREFOX names, or the one that a shell would find. */
export function programOf(browser: BrowserName): string {
  const program = process.env[browser.toUpperCase()] ?? findBrowser(browser)?.program;
  if (program === undefined) throw new Error(`No ${browser} is installed; ${browser.toUpperCase()} may name one`);
  return program;
}

/** The name by which Firefox knows the extension. */
export function addonId(): string {
  return JSON.parse(readFileSync(`${builtExtension('firefox')}/manifest.json`, 'utf8')).browser_specific_settings.gecko
    .id;
}
