import { expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { type RecordingServer, serve } from '../sites/recording-server.ts';
import { manifestText, type StubSite, serveStubs } from '../sites/stub-sites.ts';

const elsewhere = closeAfterFile(
  await serve((_request, response) => {
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end();
  }),
);

/** A site whose manifest has the state `enabled` once a grant was requested. */
function grantingSite(body: string, path?: string): StubSite {
  const grant = { state: 'grant-required', grantUrl: '/gatekeeper/grant' };
  const manifest: StubSite['manifest'] = (response, { headers }) => {
    const isRequested = sites.received(headers.host?.split('.')[0] ?? '').some((one) => one.path === grant.grantUrl);
    const overrides = isRequested ? { ...grant, state: 'enabled', expiresIn: 3_600 } : grant;
    response.writeHead(200, { 'content-type': 'application/json' }).end(manifestText({ overrides }));
  };
  return { body, manifest, ...(path !== undefined && { path }) };
}

const base = `<base href="${elsewhere.url('evil', '/deep/')}">`;
const sites: RecordingServer = closeAfterFile(
  await serveStubs({
    based: grantingSite(`${base}<p>A page.</p>`),
    announced: grantingSite(`${base}<link rel="gatekeeper" href="/flags.json"><p>A page.</p>`, '/flags.json'),
    named: grantingSite('<link rel="gatekeeper" href="/flags.json"><p>A page.</p>', '/flags.json'),
  }),
);

const withCredentials = (url: string): string => url.replace('://', '://ada:secret@');

inEachBrowser((browser, name) => {
  test.each(['based', 'announced'])(
    'on a page whose <base> is another origin, the manifest and the grant are requested from the page’s own: %s',
    async (site) => {
      const tab = await browser().open(sites.url(site));
      const popup = await tab.openPopup();
      expect(await popup.rows()).toEqual(['CHECKOUT', 'SEARCH']);

      await popup.click('Ask for permission');

      await eventually(() => popup.text()).toContain('Your permission ends in');
      expect(elsewhere.received('evil')).toEqual([]);
    },
  );

  test('with a user name and password in the URL, the popup sends requests without them, or says what helps', async () => {
    const tab = await browser().open(withCredentials(sites.url('named')));
    const popup = await tab.openPopup();

    if (name === 'chromium') {
      expect(await popup.statuses()).toEqual([expect.stringMatching(/user name and password.*new tab/)]);
    } else {
      expect(await popup.rows()).toEqual(['CHECKOUT', 'SEARCH']);
      await popup.click('Ask for permission');
      await eventually(() => popup.text()).toContain('Your permission ends in');
    }
  });
});
