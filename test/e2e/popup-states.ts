import { createShop } from '../../examples/shop/app.ts';
import type { BrowserDriver, Tab } from './drivers/browser-driver.ts';
import type { Popup } from './drivers/popup.ts';
import { until } from './drivers/waiting.ts';
import { planned, showScenarios, showSharing } from './sharing-states.ts';
import { type RecordingServer, serve } from './sites/recording-server.ts';
import { manifestText, refuses, sends, serveStubs } from './sites/stub-sites.ts';

/** The sites on which the popup can be brought into each of its states. */
export interface StateSites {
  readonly shop: RecordingServer;
  readonly stubs: RecordingServer;
  close(): void;
}

export async function openStateSites({ shopPort = 0 } = {}): Promise<StateSites> {
  const shop = await serve(createShop({ hour: () => 18 }), shopPort);
  const stubs = await serveStubs({
    silent: { manifest: () => {} },
    'no-flags': { manifest: sends(manifestText({ flags: [] })) },
    disabled: { manifest: sends(manifestText({ environment: 'production', overrides: { state: 'disabled' } })) },
    grant: { manifest: sends(manifestText({ overrides: { state: 'grant-required', grantUrl: '/grant' } })) },
    dropped: { manifest: sends(manifestText({ flags: [{ name: 'GOOD', variants: ['A', 'B'] }, null] })) },
    failing: { manifest: refuses(503) },
    refusing: { manifest: refuses(431) },
    strict: { headers: { 'content-security-policy': "default-src 'none'" }, manifest: sends(manifestText()) },
    'not-json': { manifest: sends('<manifest/>') },
    full: { manifest: sends(manifestText({ overrides: { state: 'enabled', maxBytes: 40 } })) },
    cached: {
      headers: { 'cache-control': 'max-age=3600', 'server-timing': 'gk.CHECKOUT;desc="CLASSIC default"' },
      manifest: sends(
        manifestText({
          app: 'Demo shop',
          flags: [
            {
              name: 'CHECKOUT',
              description: 'Which way leads from the cart to the order',
              variants: ['CLASSIC', 'WIZARD'],
              current: 'WIZARD',
              source: 'override',
              withoutOverride: 'CLASSIC',
            },
            { name: 'SEARCH', variants: ['ON', 'OFF'], current: 'OFF', source: 'default' },
          ],
        }),
      ),
    },
    deaf: {
      manifest: sends(
        manifestText({
          flags: [{ name: 'SEARCH', variants: ['ON', 'OFF'], default: 'OFF', current: 'OFF', source: 'default' }],
        }),
      ),
    },
  });
  const close = (): void => {
    shop.close();
    stubs.close();
  };
  return { shop, stubs, close };
}

type Reach = (browser: BrowserDriver, sites: StateSites) => Promise<Popup>;

/** Everything the popup can come to look like, and how to bring it there; each in a window of its own. */
export const POPUP_STATES: Readonly<Record<string, Reach>> = {
  loading: async (browser, { stubs }) => (await browser.open(stubs.url('silent'))).openDetachedPopup({ isBusy: true }),

  flags: (browser, sites) => flagsOfAda(browser, sites),

  undo: async (browser, sites) => {
    const popup = await flagsOfAda(browser, sites, 'undo');
    await popup.click('Clear all overrides');
    await until('there is something to undo', async () => (await popup.buttons()).includes('Undo'));
    return popup;
  },

  'searched in vain': async (browser, { shop }) => {
    const popup = await (await browser.open(shop.url('vain'))).openDetachedPopup();
    await popup.search('nothing of the kind');
    await until('nothing is found', async () => (await popup.rows()).length === 0);
    return popup;
  },

  proposal: async (browser, { shop }) => {
    const overrides = {
      CHECKOUT_FLOW: 'WIZARD',
      NEW_SEARCH: 'MAYBE',
      PAYMENTS_KILL_SWITCH: 'STOPPED',
      OLD_BANNER: 'ON',
    };
    const fragment = `#gatekeeper=${encodeURIComponent(JSON.stringify(overrides))}`;
    return planned(await (await browser.open(`${shop.url('proposal')}${fragment}`)).openDetachedPopup());
  },
  scenarios: async (browser, sites) => showScenarios(await flagsOfAda(browser, sites, 'scenarios')),
  sharing: async (browser, sites) => showSharing(await flagsOfAda(browser, sites, 'sharing')),

  'no flags': on('no-flags'),
  'no manifest': on('none'),
  'entries dropped': on('dropped'),
  'overriding disabled': on('disabled'),
  'permission needed': on('grant'),
  'server error': on('failing'),
  'malformed manifest': on('not-json'),
  'requests forbidden by the page': on('strict'), // which only Firefox cares for

  'not a web page': async (browser) => (await browser.open('about:blank')).openDetachedPopup(),

  'request refused': async (browser, { stubs }) => {
    const tab = await browser.open(stubs.url('refusing'));
    await setOverrides(tab, { SEARCH: 'ON' });
    return tab.openDetachedPopup();
  },

  'page from a cache': async (browser, { stubs }) => {
    const tab = await browser.open(stubs.url('cached'));
    await setOverrides(tab, { CHECKOUT: 'WIZARD' });
    await tab.goto(stubs.url('none'));
    await tab.goto(stubs.url('cached')); // not asked for again: the browser has kept it
    return tab.openDetachedPopup();
  },

  'does not fit': async (browser, { stubs }) => {
    const popup = await (await browser.open(stubs.url('full'))).openDetachedPopup();
    await popup.choose('CHECKOUT', 'WIZARD');
    return alerted(popup);
  },

  'server did not use it': async (browser, { stubs }) => {
    const popup = await (await browser.open(stubs.url('deaf'))).openDetachedPopup();
    await popup.choose('SEARCH', 'ON');
    return alerted(popup);
  },
};

function on(site: string): Reach {
  return async (browser, { stubs }) => (await browser.open(stubs.url(site))).openDetachedPopup();
}

/** The shop as Ada sees it with two overrides that work and one of a flag that is gone. */
async function flagsOfAda(browser: BrowserDriver, { shop }: StateSites, site = ''): Promise<Popup> {
  const tab = await browser.open(shop.url(site));
  await tab.page.click('button[name=userId][value="1"]');
  await until('Ada is signed in', () =>
    tab.page.evaluate(() => document.querySelector('[data-testid=signed-in-as]')?.textContent === 'Ada'),
  );
  await setOverrides(tab, { CHECKOUT_FLOW: 'ONE_PAGE', NEW_SEARCH: 'ON', OLD_BANNER: 'ON' });
  return tab.openDetachedPopup();
}

function setOverrides(tab: Tab, overrides: Readonly<Record<string, string>>): Promise<void> {
  return tab.page.evaluate(
    (value) => {
      // biome-ignore lint/suspicious/noDocumentCookie: as it was left by an earlier visit
      document.cookie = `gatekeeper=${value}; path=/`;
    },
    encodeURIComponent(JSON.stringify(overrides)),
  );
}

async function alerted(popup: Popup): Promise<Popup> {
  await until('the popup says what is wrong', async () => (await popup.alerts()).length > 0);
  return popup;
}
