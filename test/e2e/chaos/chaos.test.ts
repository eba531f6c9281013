import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { builtExtension } from '../drivers/built-extension.ts';
import type { ChromiumDriver } from '../drivers/chromium.ts';
import { freshChromiumWith } from '../drivers/shared-browser.ts';
import { closeAfterFile } from '../in-each-browser.ts';
import { lenientExtension } from './lenient-extension.ts';
import { originLeft } from './origin-left.ts';
import { pageLeft } from './page-left.ts';
import { popupClosed } from './popup-closed.ts';
import { serveSites } from './site.ts';
import { type ChaosWorld, survives } from './survive.ts';
import { twoWindows } from './two-windows.ts';
import { workerKilled } from './worker-killed.ts';

const sites = closeAfterFile(await serveSites());

describe('the built extension', () => {
  const world = inChromium();

  survives('no edit and no badge count is lost when the worker is killed', workerKilled, world);
  survives('after the popup is closed during an edit, the cookie is the old one or the new one', popupClosed, world);
  survives('an edit is stored although the tab loads another page of the same origin', pageLeft, world);
  survives('no edit is lost when two windows edit at the same time', twoWindows, world);
});

describe('the extension with access to every site', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const world = inChromium(lenientExtension(folder.path));

  survives('an edit is written only on the origin on which it was made', originLeft, world);
});

function inChromium(extensionFolder = builtExtension('chrome')): () => Pick<ChaosWorld, 'browser' | 'sites'> {
  let browser: ChromiumDriver | undefined;
  beforeAll(async () => {
    browser = await freshChromiumWith(extensionFolder);
  });
  afterEach(async () => {
    const pageErrors = await browser?.newPageErrors();
    await browser?.closeTabs();
    expect(pageErrors).toEqual([]);
  });
  return () => ({ browser: browser as ChromiumDriver, sites });
}
