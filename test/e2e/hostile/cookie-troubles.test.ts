import express from 'express';
import { expect, test } from 'vitest';
import { createShop } from '../../../examples/shop/app.ts';
import type { Tab } from '../drivers/browser-driver.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { serve } from '../sites/recording-server.ts';
import { manifestText, sendsManifest, serveStubs } from '../sites/stub-sites.ts';

const sites = closeAfterFile(
  await serveStubs({
    blocked: { manifest: sendsManifest(manifestText()) },
    full: { manifest: sendsManifest(manifestText()) },
    lower: { manifest: sendsManifest(manifestText({ overrides: { state: 'enabled', maxBytes: 60 } })) },
    held: { manifest: sendsManifest(manifestText()) },
    kept: { manifest: sendsManifest(manifestText()) },
    abandoned: {},
    crowded: { manifest: sendsManifest(manifestText()) },
  }),
);
const strictShop = closeAfterFile(
  await serve(
    express()
      .use((_req, res, next) => {
        res.append('set-cookie', `gatekeeper=${encoded({ PRODUCT_LAYOUT: 'GRID' })}; Path=/; HttpOnly; SameSite=Lax`);
        next();
      })
      .use(createShop()),
  ),
);

function setCookie(tab: Tab, text: string): Promise<void> {
  return tab.page.evaluate((cookie) => {
    // biome-ignore lint/suspicious/noDocumentCookie: the page's own script
    document.cookie = cookie;
  }, text);
}

const visibleCookie = (tab: Tab): Promise<string> => tab.page.evaluate(() => document.cookie);

function encoded(overrides: Readonly<Record<string, string>>): string {
  return encodeURIComponent(JSON.stringify(overrides));
}

inEachBrowser((browser) => {
  test('the alert names an HttpOnly cookie with our name, which an extension cannot replace, as the reason', async () => {
    const tab = await browser().open(strictShop.url('http-only'));
    const popup = await tab.openPopup();
    expect(await popup.statuses()).toContainEqual(
      expect.stringContaining('a cookie that Gatekeeper can neither read nor clear on this page'),
    );

    await popup.choose('PRODUCT_LAYOUT', 'LIST');

    await eventually(() => popup.alerts()).toEqual([expect.stringMatching(/an HttpOnly cookie of the same name/i)]);
    expect(await tab.cookies()).toHaveProperty('gatekeeper', encoded({ PRODUCT_LAYOUT: 'GRID' }));
  });

  test('the alert says that the browser blocks cookies', async () => {
    await browser().blockCookies(true);
    const tab = await browser().open(sites.url('blocked'));
    const popup = await tab.openPopup();

    await popup.choose('SEARCH', 'ON');
    await eventually(() => popup.alerts()).toEqual([expect.stringContaining('The browser blocks cookies here')]);
    expect(await popup.chosen('SEARCH')).toBe('');

    await browser().blockCookies(false);
    await tab.reload();
    const again = await tab.openPopup();
    await again.choose('SEARCH', 'ON');
    await eventually(() => tab.cookies()).toHaveProperty('gatekeeper', encoded({ SEARCH: 'ON' }));
  });

  test('an override that does not fit is refused with the number of bytes, and nothing is lost', async () => {
    const tab = await browser().open(sites.url('full'));
    const filler = { FILLER: 'X'.repeat(4_060 - 'gatekeeper'.length) };
    const full = encoded(filler);
    await setCookie(tab, `gatekeeper=${full}; path=/`);
    const popup = await tab.openPopup();

    await popup.choose('SEARCH', 'ON');

    const excess = `gatekeeper${encoded({ ...filler, SEARCH: 'ON' })}`.length - 4_096;
    expect(excess).toBeGreaterThan(0);
    await eventually(() => popup.alerts()).toEqual([
      expect.stringContaining(`Your choice does not fit in the cookie The cookie would be ${excess} bytes too large.`),
    ]);
    expect(await tab.cookies()).toHaveProperty('gatekeeper', full);
    expect(await popup.chosen('SEARCH')).toBe('');
  });

  test('an override that exceeds the site’s own limit is refused with the number of bytes', async () => {
    const tab = await browser().open(sites.url('lower'));
    const popup = await tab.openPopup();
    await popup.choose('SEARCH', 'ON'); // gatekeeper%7B%22SEARCH%22%3A%22ON%22%7D: 40 bytes
    await eventually(() => tab.cookies()).toHaveProperty('gatekeeper');

    await popup.choose('CHECKOUT', 'WIZARD');

    const excess = `gatekeeper${encoded({ CHECKOUT: 'WIZARD', SEARCH: 'ON' })}`.length - 60;
    await eventually(() => popup.alerts()).toEqual([expect.stringContaining(`${excess} bytes too large`)]);
  });

  test.each([
    // attributes                                     path
    ['Path=/deep', '/deep/page'],
    ['Path=/; Domain=kept.localhost', '/deep/page'],
    ['Path=/deep/; Domain=kept.localhost', '/deep/page'],
    ['Path=/; Partitioned; Secure', '/'],
  ])(
    'another cookie with %s on %s is deleted when it is in the way, and the popup says so',
    async (attributes, path) => {
      const tab = await browser().open(sites.url('kept', path));
      const other = `gatekeeper=${encoded({ SEARCH: 'OFF' })}; ${attributes}`;
      await setCookie(tab, other);
      const popup = await tab.openPopup();

      await popup.choose('SEARCH', 'ON');

      await eventually(() => visibleCookie(tab)).toBe(`gatekeeper=${encoded({ SEARCH: 'ON' })}`);
      const deleted = `Gatekeeper deleted another cookie named gatekeeper, which took precedence: ${attributes}`;
      await eventually(() => popup.statuses()).toContainEqual(expect.stringContaining(deleted));
      expect(await popup.alerts()).toEqual([]);

      await setCookie(tab, other);
      await popup.click('Clear all choices');

      await eventually(() => visibleCookie(tab)).toBe('');
      await eventually(() => popup.chosen('SEARCH')).toBe('');
      expect(await popup.alerts()).toEqual([]);
    },
  );

  test('overrides of a site without a manifest can be cleared', async () => {
    const tab = await browser().open(sites.url('abandoned'));
    await setCookie(tab, `gatekeeper=${encoded({ SEARCH: 'ON', OLD: 'ON' })}; path=/`);
    const popup = await tab.openPopup();
    expect(await popup.text()).toContain('2 choices');

    await popup.click('Clear all choices');

    await eventually(() => tab.cookies()).not.toHaveProperty('gatekeeper');
    await eventually(() => popup.buttons()).not.toContain('Clear all choices');
    expect(await popup.alerts()).toEqual([]);
  });

  test('a write that a page delays for more than five seconds fails, and does not happen later', async () => {
    const tab = await browser().open(sites.url('held'));
    const popup = await tab.openPopup();
    await tab.page.evaluate(() => {
      const held = new Promise((release) => document.addEventListener('release', release));
      void navigator.locks.request('gatekeeper', () => held);
    });

    await popup.choose('SEARCH', 'ON');
    await eventually(() => popup.alerts()).toEqual([expect.stringContaining('The page does not respond')]);
    await tab.page.evaluate(async () => {
      document.dispatchEvent(new Event('release'));
      await navigator.locks.request('gatekeeper', () => {}); // all earlier requests for the lock are done
    });

    expect(await tab.cookies()).not.toHaveProperty('gatekeeper');
    await popup.choose('SEARCH', 'ON');
    await eventually(() => tab.cookies()).toHaveProperty('gatekeeper', encoded({ SEARCH: 'ON' }));
    await eventually(() => popup.alerts()).toEqual([]);
  });

  test('"Clear all choices" helps when the server refuses requests because of their cookies', async () => {
    const tab = await browser().open(sites.url('crowded'));
    // Node responds with 431 when the headers of a request exceed 16 KiB.
    await setCookie(tab, `gatekeeper=${encoded({ FILLER: 'X'.repeat(3_900) })}; path=/`);
    for (const name of ['a', 'b', 'c']) await setCookie(tab, `${name}=${'X'.repeat(4_000)}; path=/.well-known`);
    await setCookie(tab, `d=${'X'.repeat(500)}; path=/.well-known`);
    const popup = await tab.openPopup();
    expect(await popup.alerts()).toEqual([
      expect.stringContaining('It returned status 431. Servers do so when cookies are too large.'),
    ]);

    await popup.click('Clear all choices');

    await eventually(() => popup.rows()).toEqual(['CHECKOUT', 'SEARCH']);
    expect(await popup.alerts()).toEqual([]);
    expect(await tab.cookies()).not.toHaveProperty('gatekeeper');
  });
});
