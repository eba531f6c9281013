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

describe('the extension as it is built', () => {
  const world = inChromium();

  survives('a worker that is killed at any time loses no edit and no count', workerKilled, world);
  survives('a popup that is closed after a click leaves the old cookie or the new one', popupClosed, world);
  survives('an edit is stored although its page goes to another of the same origin', pageLeft, world);
  survives('two windows that edit at once lose nothing', twoWindows, world);
});

describe('the extension where the browser lets it into every site', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const world = inChromium(lenientExtension(folder.path));

  survives('an edit is written on no other origin than the one it was made on', originLeft, world);
});

function inChromium(extensionFolder = builtExtension('chrome')): () => Pick<ChaosWorld, 'browser' | 'sites'> {
  let browser: ChromiumDriver | undefined;
  beforeAll(async () => {
    browser = await freshChromiumWith(extensionFolder);
  });
  afterEach(async () => {
    const complaints = await browser?.newComplaints();
    await browser?.closeTabs();
    expect(complaints).toEqual([]);
  });
  return () => ({ browser: browser as ChromiumDriver, sites });
}
