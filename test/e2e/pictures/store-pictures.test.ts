import { expect, test } from 'vitest';
import { IS_DEEP } from '../../helpers/vitest/depth.ts';
import { freshBrowser } from '../drivers/shared-browser.ts';
import { closeAfterFile } from '../in-each-browser.ts';
import { openStateSites } from '../popup/popup-states.ts';
import { STORE_PICTURES } from './store-pictures.ts';

const sites = closeAfterFile(await openStateSites());

// A page behind others, and the developer tools: their screenshots once hung.
const REPRESENTATIVES = ['proposal', 'panel'];

test.each(IS_DEEP ? Object.keys(STORE_PICTURES) : REPRESENTATIVES)(
  'the picture "%s" for the stores can be taken, and has the size that they require',
  async (name) => {
    const browser = await freshBrowser('chromium');

    const png = Buffer.from((await STORE_PICTURES[name]?.({ browser, sites })) ?? []);
    await browser.closeTabs();

    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1_280, 800]);
  },
);
