import { expect, test } from 'vitest';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { openedSession, ready, settled, shown } from './opened-session.ts';

test('a refresh takes over what another window has written, and says that the page is older', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));

  await session.refresh();

  expect(shown(session, 'CHECKOUT')).toBe('ONE_PAGE | ONE_PAGE override');
  expect(ready(session).changed).toBe(true);
  expect(page.badgeCounts.at(-1)?.count).toBe(1);
});

test('a refresh that finds nothing new asks the server nothing', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  const before = session.state;

  await session.refresh();

  expect(page.visits).toBe(1);
  expect(session.state).toBe(before);
});

test('a page that is too busy for a refresh is left as it is shown', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.failure = 'timed-out';

  await session.refresh();

  expect(session.state.kind).toBe('ready');
});

test('a refresh after the tab has gone to another site shows that site, and nothing of the first', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  await session.choose('CHECKOUT', 'ONE_PAGE');
  await session.clearAll();
  await settled();
  page.origin = 'https://other.example';

  await session.refresh();

  expect(ready(session)).toMatchObject({ origin: 'https://other.example', changed: false, undo: undefined });
});

test('a refresh after the permission is gone says so', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.failure = 'refused';

  await session.refresh();

  expect(session.state).toEqual({ kind: 'unreachable-page', failure: 'refused' });
});

test('a refresh does not get in the way of a choice that is being written', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.writes.close();
  const chosen = session.choose('CHECKOUT', 'ONE_PAGE');
  page.jar.write(overrideCookie({ SEARCH: 'FUZZY' }));

  await session.refresh();
  const { touches } = page;
  page.writes.open();
  await chosen;

  expect(touches).toBe(1); // the choice's own
  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
});

test('a refresh that a choice overtakes leaves the look at the server to it', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.jar.write(overrideCookie({ SEARCH: 'FUZZY' }));

  await Promise.all([session.refresh(), session.choose('CHECKOUT', 'ONE_PAGE')]);
  await settled();

  expect(page.visits).toBe(2);
  expect(shown(session, 'SEARCH')).toBe('FUZZY | FUZZY override');
});

test('what went wrong is still said after a refresh', async () => {
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

test('what was cleared can still be brought back after a refresh', async () => {
  const page = new FakePage();
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));
  const session = await openedSession(page);
  await session.clearAll();
  page.jar.write(overrideCookie({ SEARCH: 'FUZZY' }));

  await session.refresh();
  await session.undo();

  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
});

test.each(['absent', 'loading'])('there is nothing to refresh while the session is %s', async (kind) => {
  const page = new FakePage();
  page.server = () => ({ kind: 'redirected' });
  const session = await openedSession(page);
  page.answers.close();
  if (kind === 'loading') void session.open();
  const { visits } = page;

  await session.refresh();

  expect(session.state.kind).toBe(kind);
  expect(page.visits).toBe(visits);
});

test('reloading shows the page as it is then, with nothing left to reload for', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  await session.choose('CHECKOUT', 'ONE_PAGE');

  const canGoOn = await session.reload();

  expect(canGoOn).toBe(true);
  expect(page.reloads).toBe(1);
  expect(ready(session)).toMatchObject({ changed: false, undo: undefined, writeError: undefined });
});

test('what was seen of a page that goes is not shown', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.answers.close();
  await session.choose('CHECKOUT', 'ONE_PAGE'); // and a look is under way
  const before = session.state;
  let during = before;
  page.reload = async () => {
    page.answers.open();
    await settled();
    during = session.state;
    return true;
  };

  await session.reload();

  expect(during).toBe(before);
  expect(shown(session, 'CHECKOUT')).toBe('ONE_PAGE | ONE_PAGE override');
});

test('a reload is due after a change that was stored, until there was one', async () => {
  const session = await openedSession();
  expect(session.isReloadDue).toBe(false);

  await session.choose('CHECKOUT', 'ONE_PAGE');
  expect(session.isReloadDue).toBe(true);

  await session.reload();
  expect(session.isReloadDue).toBe(false);
});

test('no reload is due after a change that failed, nor while another is on its way', async () => {
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

test('where the reload has cost the permission, the popup is told and the page left alone', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.canGoOnAfterReload = false;

  const canGoOn = await session.reload();

  expect(canGoOn).toBe(false);
  expect(page.visits).toBe(1);
  expect(page.badgeCounts).toHaveLength(2); // the browser has wiped the count
});
