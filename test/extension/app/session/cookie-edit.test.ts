import { describe, expect, test } from 'vitest';
import { editCookie } from '../../../../extension/app/session/cookie-edit.ts';
import type { PageFailure } from '../../../../extension/app/session/page-port.ts';
import type { Site } from '../../../../extension/app/session/session-state.ts';
import { type OverridesChange, setOverride } from '../../../../extension/app/session/stored-overrides.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { openedSession, ready } from './opened-session.ts';

/** The site as a popup knows it that has just been opened. */
async function siteOf(page: FakePage, settings: Partial<Site> = {}): Promise<Site> {
  return { ...ready(await openedSession(page)), ...settings };
}

const CLEAR: OverridesChange = () => new Map();

test('an edit is made to the cookie as another window has left it', async () => {
  const page = new FakePage();
  const site = await siteOf(page);
  page.jar.write(overrideCookie({ SEARCH: 'FUZZY' }));

  const { stored, before } = await editCookie(page, site, setOverride('CHECKOUT', 'ONE_PAGE'));

  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
  expect(stored.variants).toEqual(new Map(Object.entries({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' })));
  expect(before).toEqual(new Map([['SEARCH', 'FUZZY']]));
});

test('losing to other windows a few times costs tries, not the edit', async () => {
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

test('a page that always changes the cookie first wins in the end, and the reader is told', async () => {
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

test('an edit that another window has made already is not made again', async () => {
  const page = new FakePage();
  const site = await siteOf(page);
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));

  const { writeError } = await editCookie(page, site, setOverride('CHECKOUT', 'ONE_PAGE'));

  expect(writeError).toBeUndefined();
  expect(page.written).toEqual([]);
});

test.each([
  // limit  what comes of 10 octets of name and 37 of value
  [47, undefined],
  [46, { kind: 'too-large', excess: 1 }],
  [10, { kind: 'too-large', excess: 37 }],
])('where %i octets are allowed, 47 come to %j', async (maxBytes, trouble) => {
  const page = new FakePage();
  const site = await siteOf(page, { maxBytes });

  const outcome = await editCookie(page, site, setOverride('CHECKOUT', 'ONE_PAGE'));

  expect(outcome.writeError).toEqual(trouble);
  expect(page.written).toHaveLength(trouble === undefined ? 1 : 0);
});

test('a cookie above the limit may become smaller, and no larger', async () => {
  const page = new FakePage();
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
  const site = await siteOf(page, { maxBytes: 20 });

  const larger = await editCookie(page, site, setOverride('PAYMENTS', 'OFF'));
  const smaller = await editCookie(page, site, setOverride('SEARCH', ''));

  expect(larger.writeError).toMatchObject({ kind: 'too-large' });
  expect(smaller.writeError).toBeUndefined();
  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));
});

test('what does not fit any more because of another window is not tried', async () => {
  const page = new FakePage();
  const site = await siteOf(page, { maxBytes: 60 });
  page.jar.write(overrideCookie({ SEARCH: 'FUZZY' }));

  const { stored, writeError } = await editCookie(page, site, setOverride('CHECKOUT', 'ONE_PAGE'));

  expect(writeError).toMatchObject({ kind: 'too-large' });
  expect(stored.variants).toEqual(new Map([['SEARCH', 'FUZZY']]));
});

test.each<PageFailure>(['elsewhere', 'not-a-web-page', 'refused', 'timed-out'])(
  'a page that is %s is said to be the trouble, and the cookie known before stays known',
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

test('a browser that keeps no cookies here is named as the reason', async () => {
  const page = new FakePage();
  page.jar.isEnabled = false;

  const { writeError } = await editCookie(page, await siteOf(page), setOverride('CHECKOUT', 'ONE_PAGE'));

  expect(writeError).toEqual({ kind: 'cookies-blocked' });
});

describe('what is known of a cookie in the way', () => {
  const OTHER = overrideCookie({ CHECKOUT: 'CLASSIC' });
  const choose = setOverride('CHECKOUT', 'ONE_PAGE');

  /** A page of http or https, of localhost or not, at a path, on which a server has set such a cookie. */
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
    // the cookie in the way                      the page   a choice            clearing
    [`${OTHER}; Path=/shop`, DEEP, 'seen', 'seen'],
    [`${OTHER}; Domain=shop.example`, DEEP, 'seen', 'seen'],
    [`${OTHER}; Domain=shop.example`, {}, 'seen-at-root', 'seen-at-root'],
    [`${OTHER}; Partitioned; Secure`, {}, 'seen-at-root', 'seen-at-root'],
    [`${OTHER}; Partitioned; Secure`, LOCALHOST, 'seen-at-root', 'seen-at-root'],
    [`${OTHER}; HttpOnly`, {}, 'unseen', undefined],
    [`${OTHER}; HttpOnly`, LOCALHOST, 'unseen', undefined],
    [`${OTHER}; HttpOnly`, LAN, 'unseen-on-http', undefined],
    [`${OTHER}; Secure`, LAN, 'unseen-on-http', undefined],
  ])('%s on %j: %s', async (cookie, where, whenChoosing, whenClearing) => {
    const chosen = pageWith(cookie, where);
    const cleared = pageWith(cookie, where);

    const choice = await editCookie(chosen, await siteOf(chosen), choose);
    const clearing = await editCookie(cleared, await siteOf(cleared), CLEAR);

    const trouble = { kind: 'other-cookie', name: 'gatekeeper' };
    expect(choice.writeError).toEqual({ ...trouble, clue: whenChoosing, isClearing: false });
    expect(clearing.writeError).toEqual(whenClearing && { ...trouble, clue: whenClearing, isClearing: true });
  });

  test.each(['__Host-gatekeeper', '__Secure-gatekeeper'])(
    'on plain http nothing is: the browser takes %s from https only',
    async (name) => {
      const page = pageWith('other=1; Path=/', LAN);

      const { writeError } = await editCookie(page, await siteOf(page, { cookie: { name, maxAge: 60 } }), choose);

      expect(writeError).toEqual({ kind: 'other-cookie', clue: 'needs-https', name, isClearing: false });
    },
  );

  test('a Secure cookie on localhost is replaced like any other', async () => {
    const page = pageWith(`${OTHER}; Secure`, LOCALHOST);

    expect((await editCookie(page, await siteOf(page), choose)).writeError).toBeUndefined();
  });
});

test('an entry that is no text stays until it is removed: an edit takes away only what it names', async () => {
  const page = new FakePage();
  page.jar.write(overrideCookie({ JUNK: 7, SEARCH: 'FUZZY' }));
  const site = await siteOf(page);

  const { stored } = await editCookie(page, site, setOverride('CHECKOUT', 'ONE_PAGE'));
  const removed = await editCookie(page, { ...site, stored }, setOverride('JUNK', ''));

  expect(stored.entries).toEqual(new Map(Object.entries({ CHECKOUT: 'ONE_PAGE', JUNK: 7, SEARCH: 'FUZZY' })));
  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
  expect(removed.writeError).toBeUndefined();
});
