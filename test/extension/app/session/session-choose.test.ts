import { expect, test } from 'vitest';
import type { PageFailure } from '../../../../extension/app/session/page-port.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { jsonAnswer, siteManifest } from '../../../helpers/site-manifest.ts';
import { openedSession, ready, settled, shown } from './opened-session.ts';

test('choosing a variant writes the cookie and marks the row overridden', async () => {
  const page = new FakePage();
  const session = await openedSession(page);

  await session.choose('CHECKOUT', 'ONE_PAGE');

  expect(page.jar.read()).toBe('gatekeeper=%7B%22CHECKOUT%22%3A%22ONE_PAGE%22%7D');
  expect(shown(session, 'CHECKOUT')).toMatch(/^ONE_PAGE/);
});

test('the cookie is stored for a week and for every path, with Secure on https pages only', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  await session.choose('CHECKOUT', 'ONE_PAGE');
  page.origin = 'http://localhost:3000';
  await session.open();
  await session.choose('CHECKOUT', 'CLASSIC');

  const attributes = page.written.map((text) => text.replace(/^.*?; /, ''));

  expect(attributes).toEqual(['Path=/; Max-Age=604800; SameSite=Lax; Secure', 'Path=/; Max-Age=604800; SameSite=Lax']);
});

test('the manifest sets the name and the lifetime of the cookie', async () => {
  const page = new FakePage();
  const cookie = { name: '__Host-gatekeeper', maxAge: 3600 };
  page.server = (header) => jsonAnswer({ ...siteManifest(header), cookie });
  const session = await openedSession(page);

  await session.choose('CHECKOUT', 'ONE_PAGE');

  expect(page.written).toEqual([
    '__Host-gatekeeper=%7B%22CHECKOUT%22%3A%22ONE_PAGE%22%7D; Path=/; Max-Age=3600; SameSite=Lax; Secure',
  ]);
});

test('the server’s new evaluation is shown after a choice', async () => {
  const session = await openedSession();

  await session.choose('CHECKOUT', 'ONE_PAGE');
  await settled();

  expect(shown(session, 'CHECKOUT')).toBe('ONE_PAGE | ONE_PAGE override');
});

test('"Site’s choice" removes the flag from the cookie, and for the last flag deletes the cookie', async () => {
  const page = new FakePage();
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
  const session = await openedSession(page);

  await session.choose('CHECKOUT', '');
  const afterOne = page.jar.read();
  await session.choose('SEARCH', '');

  expect(afterOne).toBe(overrideCookie({ SEARCH: 'FUZZY' }));
  expect(page.jar.read()).toBe('');
});

test('a choice marks the page as outdated, and the toolbar button counts it', async () => {
  const page = new FakePage();
  const session = await openedSession(page);

  await session.choose('CHECKOUT', 'ONE_PAGE');

  expect(ready(session).changed).toBe(true);
  expect(page.badgeCounts.at(-1)).toEqual({ origin: 'https://shop.example', cookie: 'gatekeeper', count: 1 });
});

test('choosing the current override writes nothing', async () => {
  const page = new FakePage();
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));
  const session = await openedSession(page);

  await session.choose('CHECKOUT', 'ONE_PAGE');

  expect(page.written).toEqual([]);
  expect(ready(session).changed).toBe(false);
});

test('a choice before the flags are loaded does nothing', async () => {
  const page = new FakePage();
  page.failure = 'refused';
  const session = await openedSession(page);

  await session.choose('CHECKOUT', 'ONE_PAGE');

  expect(page.written).toEqual([]);
  expect(session.state).toEqual({ kind: 'unreachable-page', failure: 'refused' });
});

test('an override that the server does not use is reported after the server’s response', async () => {
  const page = new FakePage();
  page.server = () => jsonAnswer(siteManifest(''));
  const session = await openedSession(page);

  await session.choose('CHECKOUT', 'ONE_PAGE');
  const atOnce = ready(session).writeError;
  await settled();

  expect(atOnce).toBeUndefined();
  expect(ready(session).writeError).toEqual({ kind: 'not-received', name: 'gatekeeper' });
});

test.each([
  // the server                                          overriding is enabled
  ['says that overriding is disabled', false],
  ['uses no override of a locked flag, and gives no reason', true],
])('a server that %s is not reported as not having received the cookie', async (_, isEnabled) => {
  const page = new FakePage();
  page.jar.write(overrideCookie({ PAYMENTS: 'OFF', SEARCH: 'FUZZY' }));
  page.server = (cookie) => {
    const manifest = siteManifest(cookie, isEnabled);
    return jsonAnswer({ ...manifest, overrides: { ...manifest.overrides, ignored: [] } });
  };
  const session = await openedSession(page);

  await session.choose('SEARCH', '');
  await settled();

  expect(page.jar.read()).toBe(overrideCookie({ PAYMENTS: 'OFF' }));
  expect(ready(session).writeError).toBeUndefined();
});

test.each<PageFailure>(['elsewhere', 'refused', 'timed-out'])(
  'a write to a page that is %s is reported as failed, and nothing is written',
  async (failure) => {
    const page = new FakePage();
    const session = await openedSession(page);
    page.failure = failure;

    await session.choose('CHECKOUT', 'ONE_PAGE');

    expect(ready(session).writeError).toEqual({ kind: 'page', failure });
    expect(shown(session, 'CHECKOUT')).toBe(' | CLASSIC default');
    expect(page.jar.read()).toBe('');
  },
);

test('a choice for one site is not written to another site to which the tab has navigated', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.origin = 'https://other.example';

  await session.choose('CHECKOUT', 'ONE_PAGE');

  expect(ready(session).writeError).toEqual({ kind: 'page', failure: 'elsewhere' });
  expect(page.written).toEqual([]);
});

test('the error of a failed write disappears after a successful one', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.failure = 'timed-out';
  await session.choose('CHECKOUT', 'ONE_PAGE');
  page.failure = undefined;

  await session.choose('CHECKOUT', 'ONE_PAGE');
  await settled();

  expect(ready(session).writeError).toBeUndefined();
  expect(shown(session, 'CHECKOUT')).toBe('ONE_PAGE | ONE_PAGE override');
});
