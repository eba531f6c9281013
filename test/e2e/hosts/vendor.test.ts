import type { AddressInfo } from 'node:net';
import { MultiProvider, OpenFeature } from '@openfeature/server-sdk';
import { expect, test } from 'vitest';
import { handle, openGate } from '../../../server-lib/fetch.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import { contextOf, withBrowserOverrides } from '../../../server-lib/openfeature.ts';
import { fetchServer } from '../../helpers/http/fetch-server.ts';
import { flagdProvider, flags, launchDarklyProvider } from '../../helpers/openfeature/vendor-providers.ts';
import type { Tab } from '../drivers/browser-driver.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';

const site = closeAfterFile(await openSite());

/** A site whose flags are at LaunchDarkly and in flagd. */
async function openSite() {
  const keeper = createGatekeeper({ flags });
  const providers = [
    { provider: await launchDarklyProvider(['checkout']) },
    { provider: flagdProvider(['banner', 'kill']) },
  ];
  await OpenFeature.setProviderAndWait(withBrowserOverrides(new MultiProvider(providers), keeper));
  const client = OpenFeature.getClient();
  const server = fetchServer(async (request) => {
    const { gk, finish } = openGate(keeper, request, { userId: () => 'bob' });
    const own = await handle(keeper, request);
    if (own !== undefined) return own;
    const context = { ...contextOf(gk), targetingKey: 'bob' };
    const checkout = await client.getBooleanValue('checkout', false, context);
    const banner = await client.getStringValue('banner', '', context);
    const page = `<!doctype html><title>Vendor</title><p>${checkout ? 'new' : 'old'} ${banner}</p>`;
    return finish(new Response(page, { headers: { 'content-type': 'text/html' } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://vendor.localhost:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      server.close();
      await OpenFeature.close();
    },
  };
}

const shown = (tab: Tab): Promise<string | undefined> =>
  tab.page.evaluate(() => document.querySelector('p')?.textContent ?? undefined);

inEachBrowser((browser) => {
  test('the popup lists, overrides and locks the flags of LaunchDarkly and flagd', async () => {
    const tab = await browser().open(site.url);
    await eventually(() => shown(tab)).toBe('old r');
    const popup = await tab.openPopup();
    expect(await popup.rows()).toEqual(['checkout', 'banner', 'kill']);
    expect(await popup.text('checkout')).toMatch(/off · provider.*on this page/);
    expect(await popup.text('banner')).toMatch(/red · provider/);
    expect((await popup.radioStates('kill')).every(({ disabled }) => disabled)).toBe(true);

    await popup.choose('checkout', 'on');
    await popup.choose('banner', 'blue');
    await eventually(() => popup.text('banner')).toContain('blue · your choice');
    await popup.close();
    await tab.reload();

    await eventually(() => shown(tab)).toBe('new b');
    const again = await tab.openPopup();
    expect(await again.text('checkout')).toMatch(/on · your choice.*off without your choice/);
    await again.click('Clear all choices');
    await eventually(() => again.text('checkout')).toContain('off · provider');
  });
});
