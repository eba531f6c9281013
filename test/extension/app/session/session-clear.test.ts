import { expect, test } from 'vitest';
import { overrideCount } from '../../../../extension/app/session/stored-overrides.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { openedSession, ready, settled } from './opened-session.ts';

const BOTH = { CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' };

function pageWith(overrides: Readonly<Record<string, unknown>>): FakePage {
  const page = new FakePage();
  page.jar.write(overrideCookie(overrides));
  return page;
}

test('clearing all overrides deletes the cookie and offers undo', async () => {
  const page = pageWith(BOTH);
  const session = await openedSession(page);

  await session.clearAll();
  await settled();

  expect(page.written).toEqual(['gatekeeper=; Path=/; Max-Age=0; SameSite=Lax; Secure']);
  expect(page.jar.read()).toBe('');
  expect(ready(session)).toMatchObject({ undo: { kind: 'cleared', count: 2 }, changed: true });
});

test('the state has the attributes of a cookie that was deleted because it was in the way, until the next edit', async () => {
  const page = pageWith({});
  page.path = '/shop';
  page.jar.receive(`${overrideCookie({ CHECKOUT: 'CLASSIC' })}; Path=/shop`);
  const session = await openedSession(page);

  await session.choose('CHECKOUT', 'ONE_PAGE');
  await settled();
  const first = ready(session);
  await session.choose('CHECKOUT', 'CLASSIC');
  await settled();

  expect(first).toMatchObject({ deleted: ['Path=/shop'], writeError: undefined });
  expect(ready(session).deleted).toEqual([]);
});

test('undo restores the cleared overrides, and is then no longer offered', async () => {
  const page = pageWith(BOTH);
  const session = await openedSession(page);
  await session.clearAll();

  await session.undo();

  expect(page.jar.read()).toBe(overrideCookie(BOTH));
  expect(ready(session).undo).toBeUndefined();
});

test('undo keeps a choice that another window has made since', async () => {
  const page = pageWith(BOTH);
  const session = await openedSession(page);
  await session.clearAll();
  page.jar.write(overrideCookie({ CHECKOUT: 'CLASSIC' }));

  await session.undo();

  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'CLASSIC', SEARCH: 'FUZZY' }));
});

test('undo restores a choice that was still being written when the overrides were cleared', async () => {
  const page = pageWith({ SEARCH: 'FUZZY' });
  const session = await openedSession(page);
  await Promise.all([session.choose('CHECKOUT', 'ONE_PAGE'), session.clearAll()]);

  await session.undo();

  expect(page.jar.read()).toBe(overrideCookie(BOTH));
});

test('undo restores an override that another window wrote just before the overrides were cleared', async () => {
  const page = pageWith({ CHECKOUT: 'ONE_PAGE' });
  const session = await openedSession(page);
  page.jar.write(overrideCookie(BOTH));
  await session.clearAll();

  await session.undo();

  expect(page.jar.read()).toBe(overrideCookie(BOTH));
});

test('undo changes nothing if nothing was cleared', async () => {
  const page = pageWith(BOTH);
  const session = await openedSession(page);

  await session.undo();

  expect(page.jar.read()).toBe(overrideCookie(BOTH));
});

test('a choice after clearing removes the undo', async () => {
  const session = await openedSession(pageWith(BOTH));
  await session.clearAll();

  await session.choose('CHECKOUT', 'CLASSIC');

  expect(ready(session).undo).toBeUndefined();
});

test('a failed clear offers no undo', async () => {
  const page = pageWith(BOTH);
  const session = await openedSession(page);
  page.failure = 'timed-out';

  await session.clearAll();

  expect(ready(session)).toMatchObject({ undo: undefined, writeError: { kind: 'page', failure: 'timed-out' } });
});

test('a failed undo can be tried again', async () => {
  const page = pageWith(BOTH);
  const session = await openedSession(page);
  await session.clearAll();
  page.failure = 'timed-out';
  await session.undo();
  page.failure = undefined;

  await session.undo();

  expect(page.jar.read()).toBe(overrideCookie(BOTH));
});

test.each([
  // a cookie               that
  ['gatekeeper=%7Bbroken', 'cannot be read'],
  ['gatekeeper=', 'is empty'],
  ['gatekeeper={}', 'holds no entry'],
])('clearing deletes %s, which %s, and offers no undo', async (cookie) => {
  const page = new FakePage();
  page.jar.write(cookie);
  const session = await openedSession(page);

  await session.clearAll();

  expect(page.jar.read()).toBe('');
  expect(ready(session).undo).toBeUndefined();
});

test('every kind of entry is counted: in the popup, when cleared, on the toolbar button and after undo', async () => {
  const page = pageWith({ ...BOTH, PAYMENTS: 'OFF', OLD: 7 });
  const session = await openedSession(page);
  const before = overrideCount(ready(session).stored);

  await session.clearAll();
  const { undo, stored } = ready(session);
  await session.undo();

  expect([before, undo?.count, overrideCount(stored), overrideCount(ready(session).stored)]).toEqual([4, 4, 0, 4]);
  expect([...new Set(page.badgeCounts.map(({ count }) => count))]).toEqual([4, 0]);
  expect(page.badgeCounts.at(-1)?.count).toBe(4);
  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE', OLD: 7, PAYMENTS: 'OFF', SEARCH: 'FUZZY' }));
});

test('overrides on a site without a manifest are counted and can be cleared', async () => {
  const page = pageWith(BOTH);
  page.server = () => ({ kind: 'response', status: 404, contentType: 'text/html', body: '' });
  const session = await openedSession(page);
  const before = session.state;

  await session.clearAll();
  await settled();

  expect(before).toMatchObject({ kind: 'absent', stored: { variants: new Map(Object.entries(BOTH)) } });
  expect(session.state).toMatchObject({ kind: 'absent', stored: { raw: null }, writeError: undefined });
  expect([...new Set(page.badgeCounts.map(({ count }) => count))]).toEqual([2, 0]);
  expect(page.jar.read()).toBe('');
});

test('after clearing, the flags of a site that refused the large request are loaded again', async () => {
  const page = pageWith(BOTH);
  const { server } = page;
  page.server = (cookie) =>
    cookie === '' ? server(cookie) : { kind: 'response', status: 431, contentType: '', body: '' };
  const session = await openedSession(page);
  const before = session.state.kind;

  await session.clearAll();
  await settled();

  expect(before).toBe('faulty');
  expect(session.state.kind).toBe('ready');
});

test('watching a site stores an empty cookie, and stopping deletes it', async () => {
  const page = new FakePage();
  const session = await openedSession(page);

  await session.watch();
  await settled();
  const watching = ready(session);
  await session.stopWatching();
  await settled();

  expect(page.written).toEqual([
    'gatekeeper=%7B%7D; Path=/; Max-Age=604800; SameSite=Lax; Secure',
    'gatekeeper=; Path=/; Max-Age=0; SameSite=Lax; Secure',
  ]);
  expect(watching).toMatchObject({ changed: true, undo: undefined, writeError: undefined });
  expect(watching.stored).toMatchObject({ raw: '%7B%7D', variants: new Map() });
  expect(watching.manifest.overrides.problem).toBeUndefined();
  expect(page.jar.read()).toBe('');
});

test('watching and stopping keep the overrides that there are', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.jar.write(overrideCookie(BOTH));

  await session.watch();
  const watched = page.jar.read();
  await session.stopWatching();

  expect([watched, page.jar.read()]).toEqual([overrideCookie(BOTH), overrideCookie(BOTH)]);
});
