import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MISSING_PROGRAMS, WebKit } from '../drivers/webkit.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile } from '../in-each-browser.ts';
import { openShop } from '../sites/shop.ts';

const shop = closeAfterFile(await openShop());
const missing = MISSING_PROGRAMS.length > 0;
const reason = missing
  ? ` (skipped: ${MISSING_PROGRAMS.join(' and ')} must be installed: apt-get install webkit2gtk-driver xvfb)`
  : '';

describe.skipIf(missing)(`the override page in WebKit${reason}`, () => {
  let webkit: WebKit;
  beforeAll(async () => {
    webkit = await WebKit.start();
  });
  afterAll(() => webkit.close());

  const click = (selector: string): Promise<boolean> =>
    webkit.run('const found = document.querySelector(arguments[0]); found?.click(); return found !== null', selector);
  const textOf = (selector: string): Promise<string> =>
    webkit.run('return document.querySelector(arguments[0])?.textContent ?? ""', selector);
  const cookie = (): Promise<string> => webkit.run('return document.cookie');
  const setCookie = (text: string): Promise<void> => webkit.run('document.cookie = arguments[0]', text);
  const layout = (): Promise<string | undefined> =>
    webkit.run('return document.querySelector("[data-testid=products]")?.dataset.layout');
  const encoded = (variant: string): string => `gatekeeper=${encodeURIComponent(`{"PRODUCT_LAYOUT":"${variant}"}`)}`;

  async function openPage(site: string): Promise<void> {
    await webkit.goto(shop.url(site, '/gatekeeper'));
    await eventually(() => textOf('main[data-state=ready][aria-busy=false] h1')).toBe('Demo shop');
  }

  test('a variant is chosen, the server renders it, and clearing brings back the site’s choice', async () => {
    await openPage('webkit');

    await click('[data-flag=PRODUCT_LAYOUT] input[value=LIST]');
    await eventually(() => textOf('[data-flag=PRODUCT_LAYOUT]')).toContain('LIST · your choice');
    expect(await cookie()).toBe(encoded('LIST'));
    await click('[data-action=reload]');
    await eventually(() => layout()).toBe('LIST');

    await openPage('webkit');
    await click('[data-action=clear-all]');
    await eventually(() => cookie()).toBe('');
    await click('[data-action=reload]');
    await eventually(() => layout()).toBe('GRID');
  });

  test.each(['Path=/gatekeeper', 'Path=/; Domain=DOMAIN'])(
    'another cookie with %s is deleted when it is in the way',
    async (attributes) => {
      const site = `webkit-${attributes.length}`;
      const others = attributes.replace('DOMAIN', `${site}.localhost`);
      await openPage(site);
      await setCookie(`${encoded('GRID')}; ${others}`);
      await openPage(site);

      await click('[data-flag=PRODUCT_LAYOUT] input[value=LIST]');
      await eventually(() => textOf('main')).toContain(`which took precedence: ${others}`);
      expect(await cookie()).toBe(encoded('LIST'));

      await setCookie(`${encoded('GRID')}; ${others}`);
      await click('[data-action=clear-all]');
      await eventually(() => cookie()).toBe('');
    },
  );
});
