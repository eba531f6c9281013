import { expect, test } from 'vitest';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { openedSession, ready, settled, shown } from './opened-session.ts';

test('a refresh shows what another window has written, and marks the page as outdated', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));

  await session.refresh();

  expect(shown(session, 'CHECKOUT')).toBe('ONE_PAGE | ONE_PAGE override');
  expect(ready(session).changed).toBe(true);
  expect(page.badgeCounts.at(-1)?.count).toBe(1);
});

test('a refresh without a change sends no request', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  const before = session.state;

  await session.refresh();

  expect(page.snapshots).toBe(1);
  expect(session.state).toBe(before);
});

test('a refresh that times out changes nothing', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.failure = 'timed-out';

  await session.refresh();

  expect(session.state.kind).toBe('ready');
});

test('a refresh after the tab has navigated to another site shows only that site', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  await session.choose('CHECKOUT', 'ONE_PAGE');
  await session.clearAll();
  await settled();
  page.origin = 'https://other.example';

  await session.refresh();

  expect(ready(session)).toMatchObject({ origin: 'https://other.example', changed: false, undo: undefined });
});

test('a refresh after the permission is gone shows that the page is unreachable', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.failure = 'refused';

  await session.refresh();

  expect(session.state).toEqual({ kind: 'unreachable-page', failure: 'refused' });
});

test('a refresh does not disturb a choice that is being written', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.writes.close();
  const chosen = session.choose('CHECKOUT', 'ONE_PAGE');
  page.jar.write(overrideCookie({ SEARCH: 'FUZZY' }));
  await expect.poll(() => page.cookieAccesses).toBe(1);

  await session.refresh();
  const { cookieAccesses } = page;
  page.writes.open();
  await chosen;

  expect(cookieAccesses).toBe(1); // the choice's own
  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
});

test('a refresh that a choice overtakes sends no request of its own', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.jar.write(overrideCookie({ SEARCH: 'FUZZY' }));

  await Promise.all([session.refresh(), session.choose('CHECKOUT', 'ONE_PAGE')]);
  await settled();

  expect(page.snapshots).toBe(2);
  expect(shown(session, 'SEARCH')).toBe('FUZZY | FUZZY override');
});

test('an error stays after a refresh', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.beforeSwap = () =>
    page.jar.write(overrideCookie({ SEARCH: page.jar.read().includes('EXACT') ? 'FUZZY' : 'EXACT' }));
  await session.choose('CHECKOUT', 'ONE_PAGE');
  await settled();
  page.jar.write(overrideCookie({ SEARCH: 'FUZZY' }));
  page.jar.write(overrideCookie({}));

  await session.refresh();

  expect(ready(session).writeError).toEqual({ kind: 'contended' });
});

test('cleared overrides can still be restored after a refresh', async () => {
  const page = new FakePage();
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));
  const session = await openedSession(page);
  await session.clearAll();
  page.jar.write(overrideCookie({ SEARCH: 'FUZZY' }));

  await session.refresh();
  await session.undo();

  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
});

test.each(['absent', 'loading'])('a refresh does nothing while the session is %s', async (kind) => {
  const page = new FakePage();
  page.server = () => ({ kind: 'redirected' });
  const session = await openedSession(page);
  page.responses.close();
  if (kind === 'loading') void session.open();
  const { snapshots } = page;

  await session.refresh();

  expect(session.state.kind).toBe(kind);
  expect(page.snapshots).toBe(snapshots);
});

test('after a reload, the page is up to date and has no undo or error', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  await session.choose('CHECKOUT', 'ONE_PAGE');

  const hasAccess = await session.reload();

  expect(hasAccess).toBe(true);
  expect(page.reloads).toBe(1);
  expect(ready(session)).toMatchObject({ changed: false, undo: undefined, writeError: undefined });
});

test('a snapshot of the page before the reload is not shown', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.responses.close();
  await session.choose('CHECKOUT', 'ONE_PAGE'); // and a refresh is running
  const before = session.state;
  let during = before;
  page.reload = async () => {
    page.responses.open();
    await settled();
    during = session.state;
    return true;
  };

  await session.reload();

  expect(during).toBe(before);
  expect(shown(session, 'CHECKOUT')).toBe('ONE_PAGE | ONE_PAGE override');
});

test('a reload is due after a stored change, until the page is reloaded', async () => {
  const session = await openedSession();
  expect(session.isReloadDue).toBe(false);

  await session.choose('CHECKOUT', 'ONE_PAGE');
  expect(session.isReloadDue).toBe(true);

  await session.reload();
  expect(session.isReloadDue).toBe(false);
});

test('no reload is due after a failed change or while another is being written', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  await session.choose('CHECKOUT', 'ONE_PAGE');

  page.writes.close();
  const next = session.choose('SEARCH', 'FUZZY');
  expect(session.isReloadDue).toBe(false);
  page.failure = 'refused';
  page.writes.open();
  await next;

  expect(session.isReloadDue).toBe(false);
});

test('if the reload revokes the permission, reload() resolves to false and the page is not read again', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.hasAccessAfterReload = false;

  const hasAccess = await session.reload();

  expect(hasAccess).toBe(false);
  expect(page.snapshots).toBe(1);
  expect(page.badgeCounts).toHaveLength(2); // the browser has cleared the count
});
