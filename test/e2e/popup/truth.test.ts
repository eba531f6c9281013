import express from 'express';
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeper, manifestRoute } from 'gatekeeper-flags/express';
import { expect, test } from 'vitest';
import type { Tab } from '../drivers/browser-driver.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { serve } from '../sites/recording-server.ts';
import { openShop, textOf } from '../sites/shop.ts';
import { openStreamingSite } from '../sites/streaming-site.ts';
import { openStateSites, POPUP_STATES } from './popup-states.ts';

const shop = closeAfterFile(await openShop());
const sites = closeAfterFile(await openStateSites());
const admin = closeAfterFile(await openAdmin());
const streaming = closeAfterFile(await openStreamingSite());

/** Writes the cookie as an earlier visit would have. */
function setOverrides(tab: Tab, overrides: Readonly<Record<string, string>>): Promise<void> {
  return tab.page.evaluate(
    (value) => {
      // biome-ignore lint/suspicious/noDocumentCookie: as another window would
      document.cookie = `gatekeeper=${value}; path=/`;
    },
    encodeURIComponent(JSON.stringify(overrides)),
  );
}

inEachBrowser((browser, name) => {
  test('the popup says that a page came from the cache', async () => {
    const popup = await POPUP_STATES['page from a cache']?.(browser(), sites);

    expect(await popup?.text('CHECKOUT')).toContain('This page shows CLASSIC: it came from the browser’s cache.');
  });

  test('a row shows the variant that the page was rendered with, until the page is reloaded', async () => {
    const tab = await browser().open(shop.url('rendered'));
    const popup = await tab.openPopup();

    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain(
      'This page shows GRID: it was loaded before the change.',
    );
    await popup.click('Reload page');

    const after = name === 'firefox' ? await tab.openPopup() : popup;
    await eventually(() => after.text('PRODUCT_LAYOUT')).toContain('LIST · your choice');
    await eventually(() => after.text('PRODUCT_LAYOUT')).not.toContain('This page shows');
  });

  test('the flags of a page that evaluates them after its headers are marked, although its policy forbids scripts', async () => {
    const tab = await browser().open(streaming.url('streaming'));
    const popup = await tab.openPopup();
    expect(await popup.text('CHECKOUT')).toContain('on this page');
    expect(await popup.text('SEARCH')).not.toContain('on this page');

    await popup.choose('CHECKOUT', 'ONE_PAGE');
    await eventually(() => popup.text('CHECKOUT')).toContain(
      'This page shows CLASSIC: it was loaded before the change.',
    );
    await popup.click('Reload page');

    await eventually(() => textOf(tab, 'checkout')).toBe('ONE_PAGE');
    const after = name === 'firefox' ? await tab.openPopup() : popup;
    await eventually(() => after.text('CHECKOUT')).toContain('ONE_PAGE · your choice');
    await eventually(() => after.text('CHECKOUT')).not.toContain('This page shows');
    expect(await after.text('CHECKOUT')).toContain('on this page');
  });

  test('the flags that the page and its requests used are marked', async () => {
    const tab = await browser().open(shop.url('used'));
    const popup = await tab.openPopup();

    expect(await popup.text('PRODUCT_LAYOUT')).toContain('on this page');
    expect(await popup.text('NEW_SEARCH')).toContain('in 1 request');
    expect(await popup.text('CHECKOUT_FLOW')).not.toContain('on this page');
  });

  test('the filters count and show all flags, overridden flags and those on the page, and are remembered for the site', async () => {
    const tab = await browser().open(shop.url('filters'));
    const popup = await tab.openPopup();
    await popup.choose('CHECKOUT_FLOW', 'WIZARD');
    await eventually(() => popup.buttons()).toContain('Your choices 1');

    await popup.click('Your choices 1');
    await eventually(() => popup.rows()).toEqual(['CHECKOUT_FLOW']);
    await popup.click('On this page 5');
    await eventually(() => popup.rows()).toHaveLength(5);
    await popup.close();

    const again = await tab.openPopup();
    expect(await again.rows()).toHaveLength(5);
    const elsewhere = await (await browser().open(shop.url('filters-elsewhere'))).openPopup();
    expect(await elsewhere.rows()).toHaveLength(7);
  });

  test('overridden flags are first when the popup opens, and no click moves a row', async () => {
    const tab = await browser().open(shop.url('order'));
    await setOverrides(tab, { CHECKOUT_FLOW: 'WIZARD' });
    const popup = await tab.openPopup();
    const before = await popup.rows();

    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('your choice');

    expect(before[0]).toBe('CHECKOUT_FLOW');
    expect(await popup.rows()).toEqual(before);
  });

  test('one click removes overrides that are expired or without effect, and another one restores them', async () => {
    const tab = await browser().open(shop.url('forgotten'));
    await setOverrides(tab, { OLD_BANNER: 'ON', NEW_SEARCH: 'ON', PRODUCT_LAYOUT: 'GRID', CHECKOUT_FLOW: 'WIZARD' });
    const popup = await tab.openPopup();

    expect(await popup.text('NEW_SEARCH')).toContain('expired 2026-10-31');
    expect(await popup.text('PRODUCT_LAYOUT')).toContain('same without your choice');
    await popup.click('Clean up');
    await eventually(() => popup.text()).toContain('2 choices cleared.'); // OLD_BANNER may belong to another port

    expect(await popup.chosen('CHECKOUT_FLOW')).toBe('WIZARD');
    expect(await popup.chosen('NEW_SEARCH')).toBe('');
    await popup.click('Undo');
    await eventually(() => popup.text()).toContain('4 choices');
  });

  test('two sites on the ports of one host keep their choices apart if they have names of their own', async () => {
    const onAdmin = await browser().open(admin.url('ports'));
    const adminPopup = await onAdmin.openPopup();
    await adminPopup.choose('AUDIT_LOG', 'FULL');
    await eventually(() => adminPopup.text('AUDIT_LOG')).toContain('FULL · your choice');
    await adminPopup.close();
    const onShop = await browser().open(shop.url('ports'));
    await setOverrides(onShop, { OLD_BANNER: 'ON' });
    const popup = await onShop.openPopup();

    expect(await popup.statuses()).toContain(
      '1 choice in the cookie gatekeeper-admin belongs to another site on this host.',
    );
    expect(await popup.text()).toContain('The choice may belong to another site on this host');
    expect(await popup.buttons()).not.toContain('Clean up');
    await popup.click('Clear all choices');

    await eventually(() => onShop.page.evaluate(() => document.cookie)).toBe(
      `gatekeeper-admin=${encodeURIComponent('{"AUDIT_LOG":"FULL"}')}`,
    );
  });
});

/** A site of its own name, which may stand on the host of the shop, at another port. */
function openAdmin() {
  const flags = defineFlags({ AUDIT_LOG: { variants: ['SHORT', 'FULL'], default: 'SHORT' } });
  const keeper = createGatekeeper({ flags, cookieName: 'gatekeeper-admin' });
  const app = express().use(gatekeeper(keeper), manifestRoute(keeper));
  return serve(
    app.get('/', (_req, res) => void res.send('<!doctype html><html lang="en"><title>Admin</title></html>')),
  );
}
