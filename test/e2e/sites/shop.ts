import { createShop } from '../../../examples/shop/app.ts';
import { openRules, type ShopRules } from '../../../examples/shop/rules.ts';
import type { Tab } from '../drivers/browser-driver.ts';
import { type RecordingServer, serve } from './recording-server.ts';

/** Serves the demo shop in development, where every request may override. */
export function openShop(): Promise<RecordingServer> {
  return serve(createShop({ hour: () => 14 }));
}

/** Serves the demo shop in the evening, with rules that a test can change. */
export async function openShopWithRules(): Promise<RecordingServer & { readonly rules: ShopRules }> {
  const rules = await openRules();
  const shop = await serve(createShop({ hour: () => 18, rules }));
  return {
    ...shop,
    rules,
    async close() {
      shop.close();
      await rules.close();
    },
  };
}

/** Has the shelf be a list where `condition` holds, as JsonLogic. */
export function listWhere(rules: ShopRules, condition: object): Promise<void> {
  const rule = {
    state: 'ENABLED',
    variants: { GRID: 'GRID', LIST: 'LIST' },
    targeting: { if: [condition, 'LIST', null] },
  };
  return rules.change((text) => {
    const document = JSON.parse(text);
    return JSON.stringify({ ...document, flags: { ...document.flags, PRODUCT_LAYOUT: rule } });
  });
}

/** A time in a month, as a field for dates has it in the time zone of this computer, and in seconds since 1970. */
export function inAMonth(): { readonly time: Date; readonly local: string; readonly seconds: number } {
  const time = new Date(Math.floor(Date.now() / 60_000) * 60_000);
  time.setMonth(time.getMonth() + 1);
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  return { time, local, seconds: time.getTime() / 1_000 };
}

/** The text of the page's element with `testId`; `undefined` if there is none. */
export function textOf(tab: Tab, testId: string): Promise<string | undefined> {
  return tab.page.evaluate((id) => document.querySelector(`[data-testid="${id}"]`)?.textContent?.trim(), testId);
}

/** The overrides in a raw `Cookie` header, read with the simplest possible code. */
export function overridesIn(header: string): unknown {
  const value = /(?:^|; )gatekeeper=([^;]*)/.exec(header)?.[1];
  return value === undefined ? undefined : JSON.parse(decodeURIComponent(value));
}

/** Serves the demo shop with a Content-Security-Policy that forbids its pages all requests, even to the shop itself. */
export function openStrictShop(): Promise<RecordingServer> {
  const shop = createShop({ hour: () => 14 });
  return serve((request, response) => {
    const setHeader = response.setHeader.bind(response);
    response.setHeader = (name, value) =>
      setHeader(name, /^content-security-policy$/i.test(name) ? "default-src 'none'" : value);
    shop(request, response);
  });
}
