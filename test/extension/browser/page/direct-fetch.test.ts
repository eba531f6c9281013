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
  /** The requests of the extension's own page, as the site answers them. */
  readonly asked: ReturnType<typeof vi.fn<Fetch>>;
}

/** Firefox with one tab, whose page has a policy that forbids all requests; the extension is let in to the site. */
function strictShop(tab: Partial<FakeTab> = {}): StrictShop {
  const browser = installFakeBrowser();
  const page = new PageWorld(`${ORIGIN}/`);
  page.server = () => {
    page.violate('connect-src');
    return Promise.reject(new TypeError('NetworkError when attempting to fetch resource.'));
  };
  browser.openTabs.push({ id: 7, page, url: `${ORIGIN}/`, cookieStoreId: 'firefox-default', ...tab });
  browser.grantedPermissions.add(`${ORIGIN}/*`);
  const asked = vi.fn<Fetch>(async () => new Response('{"gatekeeper":1}', { headers: JSON_TYPE }));
  vi.stubGlobal('fetch', asked);
  const { document, location } = new Window({ url: 'moz-extension://gatekeeper/popup.html' });
  vi.stubGlobal('document', document);
  vi.stubGlobal('location', location);
  return { browser, page, asked };
}

const answerOf = async (page: TabPage): Promise<object> => {
  const errand = await page.takeSnapshot();
  return errand.kind === 'done' ? errand.value.response : errand;
};

afterEach(() => void vi.unstubAllGlobals());

test('where the page forbids the request the extension asks the site itself, as the page would have', async () => {
  const { asked, page } = strictShop();

  const answer = await answerOf(new TabPage(7));

  expect(answer).toEqual({
    kind: 'response',
    status: 200,
    contentType: 'application/json',
    body: '{"gatekeeper":1}',
  });
  expect(asked).toHaveBeenCalledOnce();
  expect(asked.mock.calls[0]).toEqual([
    page.requests[0]?.url,
    // Without the page's mark: across origins it would have to be asked for first.
    { ...page.requests[0]?.init, headers: { accept: 'application/json' }, signal: expect.anything() },
  ]);
  expect(asked.mock.calls[0]).toMatchObject([
    MANIFEST,
    { credentials: 'include', cache: 'no-store', redirect: 'manual', headers: { accept: 'application/json' } },
  ]);
});

test('the cookies are the page’s: those that the manifest was asked for with, and those when the answer had come', async () => {
  const { asked, page } = strictShop();
  page.jar.write('gatekeeper=before');
  asked.mockImplementation(async () => {
    page.jar.write('gatekeeper=after');
    return new Response('{}', { headers: JSON_TYPE });
  });

  const errand = await new TabPage(7).takeSnapshot();

  expect(errand).toMatchObject({
    kind: 'done',
    value: { origin: ORIGIN, sent: [['gatekeeper', 'before']], pairs: [['gatekeeper', 'after']] },
  });
});

test('the extension asks where the page says that its manifest is', async () => {
  const { asked, page } = strictShop();
  page.link('gatekeeper', '/flags.json');

  await new TabPage(7).takeSnapshot();

  expect(asked.mock.calls.map(([url]) => url)).toEqual([`${ORIGIN}/flags.json`]);
});

describe('what the site answers is read within the rules for pages:', () => {
  test.each<[string, Fetch, object]>([
    ['a status', async () => new Response('no', { status: 503 }), { kind: 'response', status: 503, body: '' }],
    ['too much', async () => new Response('x'.repeat(1_048_577)), { kind: 'too-large' }],
    ['nothing', () => Promise.reject(new TypeError('NetworkError')), { kind: 'unreachable' }],
    [
      'a redirect',
      async () => Object.defineProperty(new Response(''), 'type', { value: 'opaqueredirect' }),
      { kind: 'redirected' },
    ],
  ])('%s', async (_, site, answer) => {
    const { asked } = strictShop();
    asked.mockImplementation(site);

    expect(await answerOf(new TabPage(7))).toMatchObject(answer);
  });

  test('silence has timed out within the patience for pages', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const { asked, browser } = strictShop();
    browser.execute = async () => {
      const response = { kind: 'blocked-by-page', url: MANIFEST, directFetch: 'none' };
      return [{ result: { kind: 'done', value: { origin: ORIGIN, response, sent: [], pairs: [] } } }];
    };
    asked.mockImplementation(() => new Promise(() => {}));
    const heard: object[] = [];
    void answerOf(new TabPage(7)).then((answer) => heard.push(answer));

    await vi.advanceTimersByTimeAsync(5_500);
    vi.useRealTimers();

    expect(heard).toMatchObject([{ kind: 'timed-out' }]);
  });
});

describe('the extension does not ask', () => {
  test.each<[string, Partial<FakeTab>, string, string]>([
    // where                 the tab                                     let in to                   why not
    ['without permission', {}, 'https://other.example/*', 'no-permission'],
    ['in a private window', { cookieStoreId: 'firefox-private' }, `${ORIGIN}/*`, 'other-session'],
    ['in a container', { cookieStoreId: 'firefox-container-2' }, `${ORIGIN}/*`, 'other-session'],
  ])('%s', async (_, tab, allowed, directFetch) => {
    const { asked, browser } = strictShop(tab);
    browser.grantedPermissions.clear();
    browser.grantedPermissions.add(allowed);

    const answer = await answerOf(new TabPage(7));

    expect(answer).toEqual({ kind: 'blocked-by-page', url: MANIFEST, directFetch });
    expect(asked).not.toHaveBeenCalled();
  });

  test('in a browser that tells of no jars, as Chromium', async () => {
    const { asked, browser, page } = strictShop();
    browser.openTabs.splice(0, 1, { id: 7, page, url: `${ORIGIN}/` });

    expect(await answerOf(new TabPage(7))).toMatchObject({ kind: 'blocked-by-page', directFetch: 'none' });
    expect(asked).not.toHaveBeenCalled();
  });

  test('where the page has asked already', async () => {
    const { asked, page } = strictShop();
    page.server = async () => new Response('{}', { headers: JSON_TYPE });

    await new TabPage(7).takeSnapshot();

    expect(asked).not.toHaveBeenCalled();
  });
});

test('a page that has gone elsewhere meanwhile is not shown another site’s flags', async () => {
  const { asked, page } = strictShop();
  asked.mockImplementation(async () => {
    page.location = { protocol: 'https:', origin: 'https://other.example' };
    return new Response('{}', { headers: JSON_TYPE });
  });

  expect(await new TabPage(7).takeSnapshot()).toEqual({ kind: 'elsewhere' });
});
