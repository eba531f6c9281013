import { describe, expect, test, vi } from 'vitest';
import { editCookie } from '../../../../extension/app/session/cookie-edit.ts';
import type { PageCookies, PageFailure } from '../../../../extension/app/session/page-port.ts';
import type { Site } from '../../../../extension/app/session/session-state.ts';
import { type OverridesChange, readStored, setOverride } from '../../../../extension/app/session/stored-overrides.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { openedSession, ready } from './opened-session.ts';

/** The site's state in a popup that was just opened. */
async function siteOf(page: FakePage, settings: Partial<Site> = {}): Promise<Site> {
  return { ...ready(await openedSession(page)), ...settings };
}

const CLEAR: OverridesChange = () => new Map();

test('an edit is applied to the cookie that another window has written meanwhile', async () => {
  const page = new FakePage();
  const site = await siteOf(page);
  page.jar.write(overrideCookie({ SEARCH: 'FUZZY' }));

  const { stored, before } = await editCookie(page, site, setOverride('CHECKOUT', 'ONE_PAGE'));

  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
  expect(stored.variants).toEqual(new Map(Object.entries({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' })));
  expect(before).toEqual(new Map([['SEARCH', 'FUZZY']]));
});

test('an edit that loses to other windows ten times is tried again and stored', async () => {
  const page = new FakePage();
  const site = await siteOf(page);
  let others = 0;
  page.beforeSwap = () => {
    others += 1;
    if (others <= 10) page.jar.write(overrideCookie({ [`OTHER_${others}`]: 'ON' }));
  };

  const { writeError } = await editCookie(page, site, setOverride('CHECKOUT', 'ONE_PAGE'));

  expect(writeError).toBeUndefined();
  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE', OTHER_10: 'ON' }));
  expect(page.written).toHaveLength(1);
});

test('if the page always changes the cookie first, the edit fails with "contended" after at most 25 tries', async () => {
  const page = new FakePage();
  const site = await siteOf(page);
  let version = 0;
  page.beforeSwap = () => {
    version += 1;
    page.jar.write(overrideCookie({ PAGE: `V${version}` }));
  };

  const { stored, writeError } = await editCookie(page, site, setOverride('CHECKOUT', 'ONE_PAGE'));

  expect(writeError).toEqual({ kind: 'contended' });
  expect(page.written).toEqual([]);
  expect(version).toBeLessThanOrEqual(25);
  expect(stored.variants).toEqual(new Map([['PAGE', `V${version}`]]));
});

test('an edit that another window has already made is not written again', async () => {
  const page = new FakePage();
  const site = await siteOf(page);
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));

  const { writeError } = await editCookie(page, site, setOverride('CHECKOUT', 'ONE_PAGE'));

  expect(writeError).toBeUndefined();
  expect(page.written).toEqual([]);
});

test.each([
  // limit  error for a name of 10 bytes and a value of 37
  [47, undefined],
  [46, { kind: 'too-large', excess: 1 }],
  [10, { kind: 'too-large', excess: 37 }],
])('with a limit of %i bytes, writing 47 bytes gives the error %j', async (maxBytes, error) => {
  const page = new FakePage();
  const site = await siteOf(page, { maxBytes });

  const result = await editCookie(page, site, setOverride('CHECKOUT', 'ONE_PAGE'));

  expect(result.writeError).toEqual(error);
  expect(page.written).toHaveLength(error === undefined ? 1 : 0);
});

test('a cookie above the limit can become smaller but not larger', async () => {
  const page = new FakePage();
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
  const site = await siteOf(page, { maxBytes: 20 });

  const larger = await editCookie(page, site, setOverride('PAYMENTS', 'OFF'));
  const smaller = await editCookie(page, site, setOverride('SEARCH', ''));

  expect(larger.writeError).toMatchObject({ kind: 'too-large' });
  expect(smaller.writeError).toBeUndefined();
  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));
});

test('an edit that no longer fits because another window wrote first is not written', async () => {
  const page = new FakePage();
  const site = await siteOf(page, { maxBytes: 60 });
  page.jar.write(overrideCookie({ SEARCH: 'FUZZY' }));

  const { stored, writeError } = await editCookie(page, site, setOverride('CHECKOUT', 'ONE_PAGE'));

  expect(writeError).toMatchObject({ kind: 'too-large' });
  expect(stored.variants).toEqual(new Map([['SEARCH', 'FUZZY']]));
});

test.each<PageFailure>(['elsewhere', 'not-a-web-page', 'refused', 'timed-out'])(
  'for a page that is %s, the error names that failure and the stored overrides stay as they were',
  async (failure) => {
    const page = new FakePage();
    page.jar.write(overrideCookie({ SEARCH: 'FUZZY' }));
    const site = await siteOf(page);
    page.failure = failure;

    const { stored, writeError } = await editCookie(page, site, setOverride('CHECKOUT', 'ONE_PAGE'));

    expect(writeError).toEqual({ kind: 'page', failure });
    expect(stored).toEqual(site.stored);
  },
);

test('if the browser blocks cookies, the error is "cookies-blocked"', async () => {
  const page = new FakePage();
  page.jar.isEnabled = false;

  const { writeError } = await editCookie(page, await siteOf(page), setOverride('CHECKOUT', 'ONE_PAGE'));

  expect(writeError).toEqual({ kind: 'cookies-blocked' });
});

describe('another cookie of the same name', () => {
  const OTHER = overrideCookie({ CHECKOUT: 'CLASSIC' });
  const choose = setOverride('CHECKOUT', 'ONE_PAGE');
  const OURS = overrideCookie({ CHECKOUT: 'ONE_PAGE' });

  /** A page on which a server has set `cookie`. */
  function pageWith(cookie: string, { origin = 'https://shop.example', path = '/', isTrustworthy = true } = {}) {
    const page = new FakePage();
    Object.assign(page, { origin, path });
    page.jar.receive(cookie);
    page.jar.isSecureContext = isTrustworthy;
    return page;
  }

  const LAN = { origin: 'http://192.168.0.7:3000', isTrustworthy: false };
  const LOCALHOST = { origin: 'http://localhost:3000' };
  const DEEP = { path: '/shop/lamps' };

  test.each([
    // its attributes                                                     the page
    ['Path=/shop', DEEP],
    ['Path=/shop/', DEEP],
    ['Path=/shop/lamps', DEEP],
    ['Path=//shop', { path: '//shop/lamps' }],
    ['Path=/; Domain=shop.example', {}],
    ['Path=/; Domain=shop.example', DEEP],
    ['Path=/; Domain=eu.shop.example', { origin: 'https://www.eu.shop.example' }],
    ['Path=/; Domain=shop.localhost', { origin: 'http://shop.localhost:3000' }],
    ['Path=/; Domain=shop.example', { ...LAN, origin: 'http://www.shop.example' }],
    ['Path=/; Partitioned; Secure', {}],
    ['Path=/; Partitioned; Secure', LOCALHOST],
    ['Path=/shop; Domain=shop.example; Partitioned; Secure', DEEP],
  ])('with %s on %j is deleted, and then the override is stored', async (attributes, where) => {
    const chosen = pageWith(`${OTHER}; ${attributes}`, where);
    const cleared = pageWith(`${OTHER}; ${attributes}`, where);

    const choice = await editCookie(chosen, await siteOf(chosen), choose);
    const clearing = await editCookie(cleared, await siteOf(cleared), CLEAR);

    expect([choice.writeError, clearing.writeError]).toEqual([undefined, undefined]);
    expect(choice.deleted).toEqual([attributes]);
    expect(chosen.jar.header(chosen.path)).toBe(OURS);
    expect(clearing.deleted).toEqual([attributes]);
    expect(cleared.jar.header(cleared.path)).toBe('');
  });

  test('whose name starts with __Host- and which is Partitioned is deleted, too', async () => {
    const name = '__Host-gatekeeper';
    const page = pageWith(`${name}=%7B%22CHECKOUT%22%3A%22CLASSIC%22%7D; Path=/; Partitioned; Secure`);
    const site = await siteOf(page, { cookie: { name, maxAge: 60 } });
    const { value: cookies } = (await page.accessCookies(page.origin)) as { readonly value: PageCookies };

    const { writeError, deleted } = await editCookie(
      page,
      { ...site, stored: readStored(cookies.pairs, name) },
      choose,
    );

    expect(writeError).toBeUndefined();
    expect(deleted).toEqual(['Path=/; Partitioned; Secure']);
  });

  test('is deleted for each of its attributes until none is in the way', async () => {
    const page = pageWith(`${OTHER}; Domain=shop.example`, DEEP);
    page.jar.receive(`${OTHER}; Path=/shop`);
    page.jar.receive(`${OTHER}; Partitioned; Secure`);

    const { writeError, deleted, before } = await editCookie(page, await siteOf(page), CLEAR);

    expect(writeError).toBeUndefined();
    expect(deleted).toHaveLength(3);
    expect(before).toEqual(new Map([['CHECKOUT', 'CLASSIC']]));
    expect(page.jar.header(page.path)).toBe('');
  });

  test('that is not in the way stays', async () => {
    const page = pageWith(overrideCookie({ SEARCH: 'OFF' }));
    page.jar.receive(`${OTHER}; Domain=shop.example`);

    const { deleted } = await editCookie(page, await siteOf(page), choose);

    expect(deleted).toEqual([]);
    expect(page.jar.header()).toContain(OTHER);
  });

  test('that another window changes meanwhile is not deleted with the old value', async () => {
    const page = pageWith(`${OTHER}; Path=/shop`, DEEP);
    const site = await siteOf(page);
    let swaps = 0;
    page.beforeSwap = () => {
      swaps += 1;
      if (swaps === 2) page.jar.receive(`${overrideCookie({ SEARCH: 'FUZZY' })}; Path=/shop`);
    };

    const { stored, writeError } = await editCookie(page, site, choose);

    expect(writeError).toBeUndefined();
    expect(stored.variants).toEqual(new Map(Object.entries({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' })));
  });

  test.each([
    [choose, false],
    [CLEAR, true],
  ])('in a very deep folder is "seen" after at most 400 attempts to delete it', async (change, isClearing) => {
    const page = pageWith(`${OTHER}; Path=${'/x'.repeat(600)}`, {
      path: '/x'.repeat(1_000),
      origin: 'https://a.b.c.shop.example',
    });
    const write = vi.spyOn(page.jar, 'write');

    const { writeError } = await editCookie(page, await siteOf(page), change);

    expect(writeError).toEqual({ kind: 'other-cookie', name: 'gatekeeper', clue: 'seen', isClearing });
    expect(write.mock.calls.length).toBeLessThanOrEqual(402);
  });

  test.each([
    // the other cookie                 the page   when choosing     when clearing
    [`${OTHER}; HttpOnly`, {}, 'unseen', undefined],
    [`${OTHER}; HttpOnly`, LOCALHOST, 'unseen', undefined],
    [`${OTHER}; HttpOnly`, LAN, 'unseen-on-http', undefined],
    [`${OTHER}; Secure`, LAN, 'unseen-on-http', undefined],
  ])('with %s on %j cannot be deleted: %s', async (cookie, where, whenChoosing, whenClearing) => {
    const chosen = pageWith(cookie, where);
    const cleared = pageWith(cookie, where);

    const choice = await editCookie(chosen, await siteOf(chosen), choose);
    const clearing = await editCookie(cleared, await siteOf(cleared), CLEAR);

    const error = { kind: 'other-cookie', name: 'gatekeeper' };
    expect(choice.writeError).toEqual({ ...error, clue: whenChoosing, isClearing: false });
    expect(clearing.writeError).toEqual(whenClearing && { ...error, clue: whenClearing, isClearing: true });
  });

  test.each([
    // the page                             WebKit
    [LAN, '__Host-gatekeeper', false],
    [LAN, '__Secure-gatekeeper', false],
    [LOCALHOST, '__Host-gatekeeper', true],
  ])('is not the cause on %j, where the browser does not store %s: "needs-https"', async (where, name, isWebKit) => {
    const page = pageWith('other=1; Path=/', where);
    page.jar.refusesSecure = isWebKit;

    const { writeError } = await editCookie(page, await siteOf(page, { cookie: { name, maxAge: 60 } }), choose);

    expect(writeError).toEqual({ kind: 'other-cookie', clue: 'needs-https', name, isClearing: false });
  });

  test('that is Secure on localhost is replaced like any other', async () => {
    const page = pageWith(`${OTHER}; Secure`, LOCALHOST);

    expect((await editCookie(page, await siteOf(page), choose)).writeError).toBeUndefined();
  });
});

test('an entry that is not a string stays until it is removed: an edit changes only its own flag', async () => {
  const page = new FakePage();
  page.jar.write(overrideCookie({ JUNK: 7, SEARCH: 'FUZZY' }));
  const site = await siteOf(page);

  const { stored } = await editCookie(page, site, setOverride('CHECKOUT', 'ONE_PAGE'));
  const removed = await editCookie(page, { ...site, stored }, setOverride('JUNK', ''));

  expect(stored.entries).toEqual(new Map(Object.entries({ CHECKOUT: 'ONE_PAGE', JUNK: 7, SEARCH: 'FUZZY' })));
  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
  expect(removed.writeError).toBeUndefined();
});
