import { expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { manifestText, type StubSite, sendsManifest, sendsStatus, serveStubs } from '../sites/stub-sites.ts';

/** Responds to each browser's first request with `first`, and to later ones with a valid manifest. */
function recovers(first: NonNullable<StubSite['manifest']>): StubSite {
  const seen = new Set<string>();
  return {
    manifest: (response, request) => {
      const { 'user-agent': browser = '' } = request.headers;
      const respond = seen.has(browser) ? sendsManifest(manifestText()) : first;
      seen.add(browser);
      respond(response, request);
    },
  };
}

const sites = closeAfterFile(
  await serveStubs({
    's-500': recovers(sendsStatus(500)),
    's-503': recovers(sendsStatus(503)),
    silent: recovers(() => {}),
    'not-json': { manifest: sendsManifest('<manifest/>') },
    other: { manifest: sendsManifest('{"name":"A web app"}') },
    newer: { manifest: sendsManifest('{"gatekeeper":2,"flags":[]}') },
    dropped: {
      manifest: sendsManifest(
        manifestText({
          flags: [
            { name: 'GOOD', variants: ['A'] },
            { name: '<b>', variants: [] },
          ],
        }),
      ),
    },
    disabled: {
      manifest: sendsManifest(manifestText({ environment: 'production', overrides: { state: 'disabled' } })),
    },
    grant: {
      manifest: sendsManifest(manifestText({ overrides: { state: 'grant-required', grantUrl: '/gatekeeper/grant' } })),
    },
    announced: { body: '<link rel="gatekeeper" href="/moved.json">' },
  }),
);

inEachBrowser((browser) => {
  test.each([
    // site    alert
    ['s-500', 'Server error The request for the flags returned status 500'],
    ['s-503', 'Server error The request for the flags returned status 503'],
  ])('%s: the alert is "%s", and "Try again" works when the server works again', async (site, alert) => {
    const tab = await browser().open(sites.url(site));
    const popup = await tab.openPopup();
    expect(await popup.alerts()).toEqual([expect.stringContaining(alert)]);

    await popup.click('Try again');

    await eventually(() => popup.rows()).toEqual(['CHECKOUT', 'SEARCH']);
    expect(await popup.alerts()).toEqual([]);
  });

  test('the request to a server that never responds times out, and "Try again" works', async () => {
    const tab = await browser().open(sites.url('silent'));
    const popup = await tab.clickToolbarButton();
    expect(await popup.isBusy()).toBe(true);

    await eventually(() => popup.alerts()).toEqual([expect.stringContaining('The request timed out')]);
    await popup.click('Try again');

    await eventually(() => popup.rows()).toEqual(['CHECKOUT', 'SEARCH']);
  });

  test.each([
    // site        alert
    ['not-json', 'The list of flags cannot be read The site’s response is not JSON.'],
    ['other', 'The list of flags cannot be read The site’s response is not a list of flags for Gatekeeper.'],
    ['newer', 'This extension reads version 1; the site’s list of flags has version 2.'],
  ])('the alert for a document that is not a manifest (%s) is "%s"', async (site, alert) => {
    const tab = await browser().open(sites.url(site));

    const popup = await tab.openPopup();

    expect(await popup.alerts()).toEqual([expect.stringContaining(alert)]);
    expect(await popup.buttons()).not.toContain('Try again');
  });

  test('invalid entries of a manifest are left out and counted, and valid ones are shown', async () => {
    const tab = await browser().open(sites.url('dropped'));

    const popup = await tab.openPopup();

    expect(await popup.rows()).toEqual(['GOOD']);
    expect(await popup.statuses()).toContainEqual('1 entry of the list of flags was ignored.');
  });

  test.each([
    // site      reason
    ['disabled', 'Choosing variants is switched off on this site (production), so the flags are read-only.'],
    ['grant', 'Choosing variants needs permission on this site.'],
  ])('%s: the flags are read-only, and the popup says why', async (site, reason) => {
    const tab = await browser().open(sites.url(site));

    const popup = await tab.openPopup();

    expect(await popup.statuses()).toContainEqual(expect.stringContaining(reason));
    const radios = await popup.radioStates('CHECKOUT');
    expect(radios.map(({ disabled }) => disabled)).toEqual([true, true, true]);
  });

  test('a page may announce its manifest at another path', async () => {
    const tab = await browser().open(sites.url('announced'));

    await tab.openPopup();

    expect(sites.received('announced').map(({ path }) => path)).toContain('/moved.json');
  });
});
