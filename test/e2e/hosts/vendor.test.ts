import type { AddressInfo } from 'node:net';
import { MultiProvider, OpenFeature, type Provider } from '@openfeature/server-sdk';
import { expect, test } from 'vitest';
import { handle, openGate } from '../../../server-lib/fetch.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import { contextOf, withBrowserOverrides } from '../../../server-lib/openfeature.ts';
import { fetchServer } from '../../helpers/http/fetch-server.ts';
import {
  flagdProvider,
  flags,
  launchDarklyProvider,
  UnleashProvider,
} from '../../helpers/openfeature/vendor-providers.ts';
import { sampled } from '../../helpers/vitest/depth.ts';
import type { Tab } from '../drivers/browser-driver.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';

type Keeper = Parameters<typeof withBrowserOverrides<typeof flags>>[1];

interface Vendor {
  readonly name: string;
  readonly provide: (keeper: Keeper) => Promise<Provider>;
}

const VENDORS: readonly Vendor[] = [
  {
    name: 'a MultiProvider of LaunchDarkly and flagd',
    async provide(keeper) {
      const providers = [
        { provider: await launchDarklyProvider(['checkout']) },
        { provider: flagdProvider(['banner', 'kill']) },
      ];
      return withBrowserOverrides(new MultiProvider(providers), keeper);
    },
  },
  { name: 'LaunchDarkly', provide: async (keeper) => withBrowserOverrides(await launchDarklyProvider(), keeper) },
  { name: 'flagd', provide: async (keeper) => withBrowserOverrides(flagdProvider(), keeper) },
  { name: 'Unleash', provide: async (keeper) => withBrowserOverrides(new UnleashProvider(), keeper) },
];
const sites = await Promise.all(
  sampled(VENDORS, 2).map(async (vendor, at) => ({ ...vendor, ...closeAfterFile(await openSite(vendor, at)) })),
);

/** A site whose flags are at the vendor. */
async function openSite({ provide }: Vendor, at: number) {
  const keeper = createGatekeeper({ flags });
  const domain = `vendor${at}`;
  await OpenFeature.setProviderAndWait(domain, await provide(keeper));
  const client = OpenFeature.getClient(domain);
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
    url: `http://${domain}.localhost:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections();
      server.close();
      return OpenFeature.close();
    },
  };
}

const shown = (tab: Tab): Promise<string | undefined> =>
  tab.page.evaluate(() => document.querySelector('p')?.textContent ?? undefined);

inEachBrowser((browser) => {
  test.each(sites)('the popup lists, overrides and locks the flags of $name', async ({ url }) => {
    const tab = await browser().open(url);
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
