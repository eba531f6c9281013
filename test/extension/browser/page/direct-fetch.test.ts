import '../../../fakes/browser/global-browser.ts';
import { Window } from 'happy-dom';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { TabPage } from '../../../../extension/browser/page/tab-page.ts';
import type { FakeBrowser, FakeTab } from '../../../fakes/browser/fake-browser.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';
import { PageWorld } from '../../../fakes/page/page-world.ts';

const ORIGIN = 'https://shop.example';
const MANIFEST = `${ORIGIN}/.well-known/gatekeeper.json`;
const JSON_TYPE = { 'content-type': 'application/json' };

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

interface StrictShop {
  readonly browser: FakeBrowser;
  readonly page: PageWorld;
  /** The `fetch` of the extension's own page, with the site's responses. */
  readonly fetched: ReturnType<typeof vi.fn<Fetch>>;
}

/** Firefox with one tab, whose page has a policy that blocks all requests; the extension has access to the site. */
function strictShop(tab: Partial<FakeTab> = {}): StrictShop {
  const browser = installFakeBrowser();
  const page = new PageWorld(`${ORIGIN}/`);
  page.server = () => {
    page.violate('connect-src');
    return Promise.reject(new TypeError('NetworkError when attempting to fetch resource.'));
  };
  browser.openTabs.push({ id: 7, page, url: `${ORIGIN}/`, cookieStoreId: 'firefox-default', ...tab });
  browser.grantedPermissions.add(`${ORIGIN}/*`);
  const fetched = vi.fn<Fetch>(async () => new Response('{"gatekeeper":1}', { headers: JSON_TYPE }));
  vi.stubGlobal('fetch', fetched);
  const { document, location } = new Window({ url: 'moz-extension://gatekeeper/popup.html' });
  vi.stubGlobal('document', document);
  vi.stubGlobal('location', location);
  return { browser, page, fetched };
}

const responseOf = async (page: TabPage): Promise<object> => {
  const result = await page.takeSnapshot();
  return result.kind === 'done' ? result.value.response : result;
};

afterEach(() => void vi.unstubAllGlobals());

test('if the page blocks the request, the extension sends the same request itself', async () => {
  const { fetched, page } = strictShop();

  const response = await responseOf(new TabPage(7));

  expect(response).toEqual({
    kind: 'response',
    status: 200,
    contentType: 'application/json',
    body: '{"gatekeeper":1}',
  });
  expect(fetched).toHaveBeenCalledOnce();
  expect(fetched.mock.calls[0]).toEqual([
    page.requests[0]?.url,
    // Without the x-gatekeeper header: cross-origin, it would cause a CORS preflight.
    { ...page.requests[0]?.init, headers: { accept: 'application/json' }, signal: expect.anything() },
  ]);
  expect(fetched.mock.calls[0]).toMatchObject([
    MANIFEST,
    { credentials: 'include', cache: 'no-store', redirect: 'manual', headers: { accept: 'application/json' } },
  ]);
});

test('the cookies are read from the page, before the request and after the response', async () => {
  const { fetched, page } = strictShop();
  page.jar.write('gatekeeper=before');
  fetched.mockImplementation(async () => {
    page.jar.write('gatekeeper=after');
    return new Response('{}', { headers: JSON_TYPE });
  });

  const result = await new TabPage(7).takeSnapshot();

  expect(result).toMatchObject({
    kind: 'done',
    value: { origin: ORIGIN, sent: [['gatekeeper', 'before']], pairs: [['gatekeeper', 'after']] },
  });
});

test('the extension uses the manifest URL that the page announces', async () => {
  const { fetched, page } = strictShop();
  page.link('gatekeeper', '/flags.json');

  await new TabPage(7).takeSnapshot();

  expect(fetched.mock.calls.map(([url]) => url)).toEqual([`${ORIGIN}/flags.json`]);
});

describe('the response is read with the same limits as in a page:', () => {
  test.each<[string, Fetch, object]>([
    ['a status', async () => new Response('no', { status: 503 }), { kind: 'response', status: 503, body: '' }],
    ['a large body', async () => new Response('x'.repeat(1_048_577)), { kind: 'too-large' }],
    ['a network error', () => Promise.reject(new TypeError('NetworkError')), { kind: 'unreachable' }],
    [
      'a redirect',
      async () => Object.defineProperty(new Response(''), 'type', { value: 'opaqueredirect' }),
      { kind: 'redirected' },
    ],
  ])('%s', async (_, site, expected) => {
    const { fetched } = strictShop();
    fetched.mockImplementation(site);

    expect(await responseOf(new TabPage(7))).toMatchObject(expected);
  });

  test('a request without a response times out within the limit for pages', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const { fetched, browser } = strictShop();
    browser.execute = async () => {
      const response = { kind: 'blocked-by-page', url: MANIFEST, directFetch: 'none' };
      return [{ result: { kind: 'done', value: { origin: ORIGIN, response, sent: [], pairs: [] } } }];
    };
    fetched.mockImplementation(() => new Promise(() => {}));
    const responses: object[] = [];
    void responseOf(new TabPage(7)).then((one) => responses.push(one));

    await vi.advanceTimersByTimeAsync(5_500);
    vi.useRealTimers();

    expect(responses).toMatchObject([{ kind: 'timed-out' }]);
  });
});

describe('the extension does not fetch directly', () => {
  test.each<[string, Partial<FakeTab>, string, string]>([
    // where                 the tab                                     access to                   why not
    ['without permission', {}, 'https://other.example/*', 'no-permission'],
    ['in a private window', { cookieStoreId: 'firefox-private' }, `${ORIGIN}/*`, 'other-session'],
    ['in a container', { cookieStoreId: 'firefox-container-2' }, `${ORIGIN}/*`, 'other-session'],
  ])('%s', async (_, tab, allowed, directFetch) => {
    const { fetched, browser } = strictShop(tab);
    browser.grantedPermissions.clear();
    browser.grantedPermissions.add(allowed);

    const response = await responseOf(new TabPage(7));

    expect(response).toEqual({ kind: 'blocked-by-page', url: MANIFEST, directFetch });
    expect(fetched).not.toHaveBeenCalled();
  });

  test('in a browser without cookie store ids, such as Chromium', async () => {
    const { fetched, browser, page } = strictShop();
    browser.openTabs.splice(0, 1, { id: 7, page, url: `${ORIGIN}/` });

    expect(await responseOf(new TabPage(7))).toMatchObject({ kind: 'blocked-by-page', directFetch: 'none' });
    expect(fetched).not.toHaveBeenCalled();
  });

  test('if the page’s request succeeds', async () => {
    const { fetched, page } = strictShop();
    page.server = async () => new Response('{}', { headers: JSON_TYPE });

    await new TabPage(7).takeSnapshot();

    expect(fetched).not.toHaveBeenCalled();
  });
});

test('if the tab navigates meanwhile, the first site’s flags are not shown', async () => {
  const { fetched, page } = strictShop();
  fetched.mockImplementation(async () => {
    page.location = { protocol: 'https:', origin: 'https://other.example' };
    return new Response('{}', { headers: JSON_TYPE });
  });

  expect(await new TabPage(7).takeSnapshot()).toEqual({ kind: 'elsewhere' });
});
