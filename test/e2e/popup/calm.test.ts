import { expect, test } from 'vitest';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { openProductionShop } from '../sites/production-shop.ts';
import { sendsManifest, sendsStatus, serveStubs } from '../sites/stub-sites.ts';

const OVERRIDE = 'gatekeeper=%7B%22MY_NEW_FEATURE%22%3A%22VISIBLE%22%7D';

const production = closeAfterFile(await openProductionShop());
const sites = closeAfterFile(
  await serveStubs({
    plain: {},
    forbidden: { manifest: sendsStatus(403) },
    page: { manifest: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Every path.') },
    redirect: { manifest: (response) => response.writeHead(302, { location: '/sign-in' }).end() },
    empty: { manifest: sendsManifest('{"gatekeeper":1,"app":"Empty","overrides":{"state":"enabled"},"flags":[]}') },
  }),
);

inEachBrowser((browser, name) => {
  test.each([
    // site        status
    ['plain', 'The site returned status 404 instead of a list of flags.'],
    ['forbidden', 'The site returned status 403 instead of a list of flags.'],
    ['page', 'A list of flags must be application/json; the site sent text/html.'],
    ['redirect', 'The site redirected the request for its flags.'],
  ])('the popup shows a status, not an alert, for a site without a manifest (%s)', async (site, status) => {
    const tab = await browser().open(sites.url(site));

    const popup = await tab.openPopup();

    expect(await popup.statuses()).toEqual([expect.stringContaining(`This site offers no flags ${status}`)]);
    expect(await popup.alerts()).toEqual([]);
    expect(await popup.rows()).toEqual([]);
  });

  test('a shop in production has no manifest, and no override applies there', async () => {
    const tab = await browser().open(production.url);
    const withOverride = `document.cookie = '${OVERRIDE}; path=/'`;
    await tab.page.evaluate(withOverride);
    await tab.reload();

    const popup = await tab.openPopup();

    expect(await popup.statuses()).toEqual([
      expect.stringContaining('The site returned status 404 instead of a list of flags.'),
    ]);
    expect(await tab.page.$('[data-testid=my-new-feature]')).toBeNull();
  });

  test('the popup says that a site has no flags', async () => {
    const tab = await browser().open(sites.url('empty'));

    const popup = await tab.openPopup();

    expect(await popup.statuses()).toContainEqual(
      'This site has no flags yet. They appear here when its developers add some.',
    );
    expect(await popup.alerts()).toEqual([]);
  });

  test.each([
    // page
    ['about:blank'],
    [new URL('../../../LICENSE', import.meta.url).href],
    [name === 'chromium' ? 'chrome://version/' : 'about:support'],
  ])('the popup shows a status, not an alert, for a page that is not a web page: %s', async (address) => {
    const tab = await browser().open(address);

    const popup = await tab.openPopup();

    expect(await popup.statuses()).toEqual([expect.stringMatching(/Not a web page|blocks extensions/)]);
    expect(await popup.alerts()).toEqual([]);
    expect(await popup.rows()).toEqual([]);
  });
});
