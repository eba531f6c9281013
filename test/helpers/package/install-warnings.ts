import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import puppeteer from 'puppeteer-core';
import { onTestFinished } from 'vitest';
// @ts-expect-error plain JavaScript without types: it runs before anything is installed
import { findBrowser } from '../../../scripts/lib/browsers.mjs';
import { folderForThisTest } from '../temporary-folder.ts';

/** The warnings that Chromium shows when a user installs an extension with this manifest. */
export async function installWarnings(manifest: object): Promise<readonly string[]> {
  const browser = await puppeteer.launch({
    executablePath: findBrowser('chromium')?.program ?? 'chromium',
    headless: true,
    pipe: true,
    enableExtensions: true,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  onTestFinished(() => browser.close());
  const id = await browser.installExtension(createPermissionsReader());
  const page = await browser.newPage();
  await page.goto(`chrome-extension://${id}/page.html`);
  // Only an extension with the permission "management" can call this.
  return (await page.evaluate(
    `chrome.management.getPermissionWarningsByManifest(${JSON.stringify(JSON.stringify(manifest))})`,
  )) as string[];
}

function createPermissionsReader(): string {
  const folder = path.join(folderForThisTest(), 'permissions-reader');
  const manifest = { manifest_version: 3, name: 'permissions-reader', version: '1', permissions: ['management'] };
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(path.join(folder, 'page.html'), '<!doctype html>');
  return folder;
}
