import { createShop } from '../../../examples/shop/app.ts';
import type { BrowserDriver, Tab } from '../drivers/browser-driver.ts';
import type { Popup } from '../drivers/popup.ts';
import { until } from '../drivers/waiting.ts';
import { type RecordingServer, serve } from '../sites/recording-server.ts';
import { manifestText, sendsManifest, sendsStatus, serveStubs } from '../sites/stub-sites.ts';

/** Shows the scenarios, one of them expanded, and a preset of the user. */
async function showScenarios(popup: Popup): Promise<Popup> {
  await popup.click('Scenarios');
  await popup.write('Name', 'Ada’s cart');
  await popup.click('Save current choices');
  await popup.click('New checkout 2 choices');
  return waitForPlan(popup);
}

/** Shows copied overrides, and what a pasted string would change. */
async function showSharing(popup: Popup): Promise<Popup> {
  await popup.click('Share');
  await popup.click('Copy link');
  await until('the link is copied', async () => (await popup.statuses()).includes('Copied'));
  await popup.write('Paste JSON or a link', '{ "PRODUCT_LAYOUT": "LIST", "NEW_SEARCH": "MAYBE", "GONE": "ON" }');
  return waitForPlan(popup);
}

/** Shows the code that opens the override page on a phone, with Ada's choices. */
async function showPhoneCode(popup: Popup): Promise<Popup> {
  await popup.click('Share');
  await popup.evaluate(({ document }) => document.querySelector('[data-action=copy-phone]')?.scrollIntoView());
  return popup;
}

/** Shows what can be simulated: a country is, and a number is refused. */
async function showViewAs(popup: Popup): Promise<Popup> {
  await popup.click('View as');
  await popup.write('@hour', '24');
  await popup.press('Enter');
  await until('the number is refused', async () => (await popup.alerts()).length > 0);
  return popup;
}

/** Waits until the popup shows what the proposed overrides would change. */
async function waitForPlan(popup: Popup): Promise<Popup> {
  await until('there is a plan', () =>
    popup.evaluate(({ document }) => document.querySelector('[data-change]') !== null),
  );
  return popup;
}

/** The sites for all states of the popup. */
export interface StateSites {
  readonly shop: RecordingServer;
  readonly stubs: RecordingServer;
  close(): void;
}

export async function openStateSites({ shopPort = 0 } = {}): Promise<StateSites> {
  const shop = await serve(createShop({ hour: () => 18 }), shopPort);
  const stubs = await serveStubs({
    silent: { manifest: () => {} },
    'no-flags': { manifest: sendsManifest(manifestText({ flags: [] })) },
    disabled: {
      manifest: sendsManifest(manifestText({ environment: 'production', overrides: { state: 'disabled' } })),
    },
    grant: { manifest: sendsManifest(manifestText({ overrides: { state: 'grant-required', grantUrl: '/grant' } })) },
    dropped: { manifest: sendsManifest(manifestText({ flags: [{ name: 'GOOD', variants: ['A', 'B'] }, null] })) },
    failing: { manifest: sendsStatus(503) },
    refusing: { manifest: sendsStatus(431) },
    strict: { headers: { 'content-security-policy': "default-src 'none'" }, manifest: sendsManifest(manifestText()) },
    'not-json': { manifest: sendsManifest('<manifest/>') },
    full: { manifest: sendsManifest(manifestText({ overrides: { state: 'enabled', maxBytes: 40 } })) },
    cached: {
      headers: { 'cache-control': 'max-age=3600', 'server-timing': 'gk.CHECKOUT;desc="CLASSIC default"' },
      manifest: sendsManifest(
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
    unwatched: { manifest: sendsManifest(manifestText({ app: 'Demo shop' })) },
    watched: { manifest: sendsManifest(manifestText({ app: 'Demo shop' })) },
    crowded: {
      manifest: sendsManifest(
        manifestText({
          app: 'Demo shop',
          overrides: { state: 'enabled', ignored: [{ flag: 'OLD', code: 'unknown-flag' }] },
        }),
      ),
    },
    valued: { manifest: sendsManifest(manifestText({ app: 'Demo shop', flags: VALUED_FLAGS })) },
    [LONG_HOST]: {
      manifest: sendsManifest(
        manifestText({
          app: 'متجر المصابيح في المدينة القديمة وكل ما حولها',
          environment: 'integration-environment-7',
          flags: EXTREME_FLAGS,
        }),
      ),
    },
    deaf: {
      manifest: sendsManifest(
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

const VALUED_FLAGS = [
  {
    name: 'LIMIT',
    description: 'Orders that a customer may place in a day',
    variants: ['LOW', 'HIGH', 'NONE'],
    values: { LOW: 10, HIGH: 100, NONE: 0 },
    current: 'HIGH',
    source: 'override',
    withoutOverride: 'LOW',
  },
  {
    name: 'CALL_TO_ACTION',
    variants: ['SHORT', 'LONG'],
    values: { SHORT: 'Buy', LONG: 'Put it into my cart and take me to the checkout' },
    current: 'SHORT',
    source: 'rule',
    reason: 'SPLIT',
  },
  {
    name: 'LAYOUT',
    description: 'Columns and gaps of the shelf',
    variants: ['GRID', 'LIST'],
    values: { GRID: { columns: 3, gap: 16, breakpoints: [480, 960] }, LIST: { columns: 1, gap: 8 } },
    current: 'GRID',
    source: 'default',
  },
  {
    name: 'PAYMENTS',
    variants: ['OPEN', 'CLOSED'],
    values: { OPEN: true, CLOSED: false },
    current: 'OPEN',
    source: 'default',
    overridable: false,
  },
];

const LONG_HOST = 'checkout-with-invoices-and-gift-cards-preview-of-grace';

const EXTREME_FLAGS = [
  {
    name: `CHECKOUT_${'WITH_INVOICES_AND_GIFT_CARDS_'.repeat(4)}END`,
    description: 'Five lines of what this flag is for, who has asked for it and when it may go. '.repeat(5),
    owner: 'the team with the longest name of the whole company',
    tags: Array.from({ length: 12 }, (_, at) => `tag-number-${at}`),
    variants: Array.from({ length: 20 }, (_, at) => `VARIANT_${at}`),
    current: 'VARIANT_7',
    source: 'rule',
    reason: 'SPLIT',
    expires: '2026-01-01',
  },
  {
    name: 'SEARCH',
    description: 'بحث يتسامح مع الأخطاء الإملائية (search v2.0) ويعرض النتائج من اليمين إلى اليسار',
    owner: 'فريق البحث',
    tags: ['بحث', 'v2'],
    variants: ['OLD', 'NEW'],
    current: 'NEW',
    source: 'default',
  },
  { name: 'B', variants: [`${'VERY_'.repeat(20)}LONG`, 'SHORT'], current: 'SHORT', source: 'user' },
];

type StateSetup = (browser: BrowserDriver, sites: StateSites) => Promise<Popup>;

/** The states of the popup, each with the function that opens it in its own window. */
export const POPUP_STATES: Readonly<Record<string, StateSetup>> = {
  loading: async (browser, { stubs }) => (await browser.open(stubs.url('silent'))).openDetachedPopup({ isBusy: true }),

  flags: (browser, { shop }) => flagsOfAda(browser, shop.url('')),

  undo: async (browser, { shop }) => {
    const popup = await flagsOfAda(browser, shop.url('undo'));
    await popup.click('Clear all choices');
    await until('there is something to undo', async () => (await popup.buttons()).includes('Undo'));
    return popup;
  },

  'search without results': async (browser, { shop }) => {
    const popup = await (await browser.open(shop.url('search'))).openDetachedPopup();
    await popup.search('no such flag');
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
    return waitForPlan(await (await browser.open(`${shop.url('proposal')}${fragment}`)).openDetachedPopup());
  },
  scenarios: async (browser, { shop }) => showScenarios(await flagsOfAda(browser, shop.url('scenarios'))),
  sharing: async (browser, { shop }) => showSharing(await flagsOfAda(browser, shop.url('sharing'))),

  'open on a phone': async (browser, { shop }) => showPhoneCode(await flagsOfAda(browser, shop.networkUrl())),

  'view as': async (browser, { shop }) =>
    showViewAs(await flagsOfAda(browser, shop.url('view-as'), { '@country': 'DE', '@staff': 'true', '@plan': 'pro' })),
  simulated: (browser, { shop }) =>
    flagsOfAda(browser, shop.url('simulated'), { '@time': '2027-03-01T00:00:00Z', '@country': 'FR' }),
  'simulated but ignored': (browser, { shop }) =>
    flagsOfAda(browser, shop.url('in-vain'), { '@country': 'FR', '@plan': 'pro' }),

  'no flags': popupOn('no-flags'),
  'no manifest': popupOn('none'),
  'entries dropped': popupOn('dropped'),
  'overriding disabled': popupOn('disabled'),
  'permission needed': popupOn('grant'),
  'server error': popupOn('failing'),
  'malformed manifest': popupOn('not-json'),
  'requests forbidden by the page': popupOn('strict'), // only Firefox applies the policy

  'not a web page': async (browser) => (await browser.open('about:blank')).openDetachedPopup(),

  'request refused': async (browser, { stubs }) => {
    const tab = await browser.open(stubs.url('refusing'));
    await setOverrides(tab, { SEARCH: 'ON' });
    return tab.openDetachedPopup();
  },

  'extreme texts': popupOn(LONG_HOST),

  'page from a cache': async (browser, { stubs }) => {
    const tab = await browser.open(stubs.url('cached'));
    await setOverrides(tab, { CHECKOUT: 'WIZARD' });
    await tab.goto(stubs.url('none'));
    await tab.goto(stubs.url('cached')); // comes from the browser's cache
    return tab.openDetachedPopup();
  },

  'watching is offered': async (browser, { stubs }) => {
    const popup = await (await browser.open(stubs.url('unwatched'))).openDetachedPopup();
    await popup.clickOn('[data-action=filter-page]');
    await until('watching is offered', async () => (await popup.buttons()).includes('Watch this site'));
    return popup;
  },

  watching: async (browser, { stubs }) => {
    const tab = await browser.open(stubs.url('watched'));
    await setOverrides(tab, {});
    return tab.openDetachedPopup();
  },

  'cookies of others': async (browser, { stubs }) => {
    const tab = await browser.open(stubs.url('crowded', '/deep/page'));
    await setOverrides(tab, { OLD: 'ON' });
    await setOverrides(tab, { AUDIT_LOG: 'FULL' }, 'gatekeeper-admin');
    await setOverrides(tab, { OLD: 'ON', SEARCH: 'OFF' }, 'gatekeeper', '/deep');
    const popup = await tab.openDetachedPopup();
    await popup.choose('SEARCH', 'ON');
    await until('a cookie is deleted', async () => /deleted another cookie/.test((await popup.statuses()).join()));
    return popup;
  },

  values: async (browser, { stubs }) => {
    const tab = await browser.open(stubs.url('valued'));
    await setOverrides(tab, { LIMIT: 'HIGH' });
    const popup = await tab.openDetachedPopup();
    await popup.evaluate(({ document }) => document.querySelector<HTMLElement>('[data-action=values]')?.click());
    return popup;
  },

  'does not fit': async (browser, { stubs }) => {
    const popup = await (await browser.open(stubs.url('full'))).openDetachedPopup();
    await popup.choose('CHECKOUT', 'WIZARD');
    return waitForAlert(popup);
  },

  'server did not use it': async (browser, { stubs }) => {
    const popup = await (await browser.open(stubs.url('deaf'))).openDetachedPopup();
    await popup.choose('SEARCH', 'ON');
    return waitForAlert(popup);
  },
};

function popupOn(site: string): StateSetup {
  return async (browser, { stubs }) => (await browser.open(stubs.url(site))).openDetachedPopup();
}

/** The shop as Ada sees it, with two overrides that apply and one of a removed flag, and with a simulated context. */
async function flagsOfAda(
  browser: BrowserDriver,
  url: string,
  simulated: Readonly<Record<string, string>> = {},
): Promise<Popup> {
  const tab = await browser.open(url);
  await tab.page.click('button[name=userId][value="1"]');
  await until('Ada is signed in', () =>
    tab.page.evaluate(() => document.querySelector('[data-testid=signed-in-as]')?.textContent === 'Ada'),
  );
  await setOverrides(tab, { CHECKOUT_FLOW: 'ONE_PAGE', NEW_SEARCH: 'ON', OLD_BANNER: 'ON', ...simulated });
  return tab.openDetachedPopup();
}

function setOverrides(
  tab: Tab,
  overrides: Readonly<Record<string, string>>,
  name = 'gatekeeper',
  path = '/',
): Promise<void> {
  return tab.page.evaluate(
    (text) => {
      // biome-ignore lint/suspicious/noDocumentCookie: as it was left by an earlier visit
      document.cookie = text;
    },
    `${name}=${encodeURIComponent(JSON.stringify(overrides))}; path=${path}`,
  );
}

async function waitForAlert(popup: Popup): Promise<Popup> {
  await until('the popup says what is wrong', async () => (await popup.alerts()).length > 0);
  return popup;
}
