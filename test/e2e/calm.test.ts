import { expect, test } from 'vitest';
import { forThisFile } from './for-this-file.ts';
import { inEachBrowser } from './in-each-browser.ts';
import { openProductionShop } from './sites/production-shop.ts';
import { refuses, sends, serveStubs } from './sites/stub-sites.ts';

const OVERRIDE = 'gatekeeper=%7B%22MY_NEW_FEATURE%22%3A%22VISIBLE%22%7D';

const production = forThisFile(await openProductionShop());
const sites = forThisFile(
  await serveStubs({
    plain: {},
    forbidden: { manifest: refuses(403) },
    page: { manifest: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Every path.') },
    redirect: { manifest: (response) => response.writeHead(302, { location: '/sign-in' }).end() },
    empty: { manifest: sends('{"gatekeeper":1,"app":"Empty","overrides":{"state":"enabled"},"flags":[]}') },
  }),
);

inEachBrowser((browser, name) => {
  test.each([
    // site        what is said
    ['plain', 'It answered 404 where the manifest would be.'],
    ['forbidden', 'It answered 403 where the manifest would be.'],
    ['page', 'It answered with text/html where a manifest would be application/json.'],
    ['redirect', 'It redirected the request for the manifest elsewhere.'],
  ])('a site without a manifest (%s) is a calm fact', async (site, said) => {
    const tab = await browser().open(sites.url(site));

    const popup = await tab.openPopup();

    expect(await popup.statuses()).toEqual([expect.stringContaining(`No flag manifest on this site ${said}`)]);
    expect(await popup.alerts()).toEqual([]);
    expect(await popup.rows()).toEqual([]);
  });

  test('a production shop has no manifest, and no override counts there', async () => {
    const tab = await browser().open(production.url);
    const withOverride = `document.cookie = '${OVERRIDE}; path=/'`;
    await tab.page.evaluate(withOverride);
    await tab.reload();

    const popup = await tab.openPopup();

    expect(await popup.statuses()).toEqual([expect.stringContaining('It answered 404 where the manifest would be.')]);
    expect(await tab.page.$('[data-testid=my-new-feature]')).toBeNull();
  });

  test('a site without flags says so', async () => {
    const tab = await browser().open(sites.url('empty'));

    const popup = await tab.openPopup();

    expect(await popup.statuses()).toContainEqual('This site has no flags yet.');
    expect(await popup.alerts()).toEqual([]);
  });

  test.each([
    // page
    ['about:blank'],
    [new URL('../../LICENSE', import.meta.url).href],
    [name === 'chromium' ? 'chrome://version/' : 'about:support'],
  ])('a page that is no web page is a calm fact: %s', async (address) => {
    const tab = await browser().open(address);

    const popup = await tab.openPopup();

    expect(await popup.statuses()).toEqual([expect.stringMatching(/Not a web page|keeps extensions out/)]);
    expect(await popup.alerts()).toEqual([]);
    expect(await popup.rows()).toEqual([]);
  });
});
