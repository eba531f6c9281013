import { expect, test } from 'vitest';
import type { ManifestResponse, PageFailure } from '../../../../extension/app/session/page-port.ts';
import { Session } from '../../../../extension/app/session/session.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { jsonAnswer, siteManifest } from '../../../helpers/site-manifest.ts';
import { openedSession, ready, shown } from './opened-session.ts';

test('a session is loading until the manifest has arrived', async () => {
  const page = new FakePage();
  page.responses.close();
  const session = new Session(page);
  const opened = session.open();

  expect(session.state).toEqual({ kind: 'loading' });

  page.responses.open();
  await opened;
  expect(session.state.kind).toBe('ready');
});

test('it shows the site’s origin, its flags and the overrides in the cookie', async () => {
  const page = new FakePage();
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));

  const session = await openedSession(page);

  expect(ready(session)).toMatchObject({ origin: 'https://shop.example', manifest: { app: 'Demo shop' }, dropped: 0 });
  expect(shown(session, 'CHECKOUT')).toBe('ONE_PAGE | ONE_PAGE override');
  expect(shown(session, 'SEARCH')).toBe(' | EXACT default');
});

test('a new session has no change, no error and no undo', async () => {
  const session = await openedSession();

  expect(ready(session)).toMatchObject({ changed: false, undo: undefined, writeError: undefined });
});

test('the toolbar button shows the number of overrides in the cookie', async () => {
  const page = new FakePage();
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE', GONE: 'ON', SEARCH: 7 }));

  await openedSession(page);

  expect(page.badgeCounts).toEqual([{ origin: 'https://shop.example', cookie: 'gatekeeper', count: 3 }]);
});

test('opening a session writes nothing', async () => {
  const page = new FakePage();
  page.jar.write('gatekeeper={"CHECKOUT":"ONE_PAGE"}');

  await openedSession(page);

  expect(page.written).toEqual([]);
  expect(page.jar.read()).toBe('gatekeeper={"CHECKOUT":"ONE_PAGE"}');
});

test.each<PageFailure>(['elsewhere', 'not-a-web-page', 'refused', 'timed-out'])(
  'for a page that is %s, the state is "unreachable-page"',
  async (failure) => {
    const page = new FakePage();
    page.failure = failure;

    const session = await openedSession(page);

    expect(session.state).toEqual({ kind: 'unreachable-page', failure });
    expect(page.badgeCounts).toEqual([]);
  },
);

test('for a site without a manifest, the state is "absent" with its origin', async () => {
  const page = new FakePage();
  page.server = () => ({ kind: 'response', status: 404, contentType: 'text/html', body: '' });

  const session = await openedSession(page);

  expect(session.state).toMatchObject({
    kind: 'absent',
    origin: 'https://shop.example',
    why: { kind: 'status', status: 404 },
    stored: { raw: null },
  });
});

test.each<[string, ManifestResponse, object]>([
  // the site            response                                                           the problem
  ['is broken', { kind: 'response', status: 503, contentType: '', body: '' }, { kind: 'server-error', status: 503 }],
  ['never responds', { kind: 'timed-out' }, { kind: 'timed-out' }],
  ['sends no manifest', jsonAnswer({}), { kind: 'malformed', manifest: { kind: 'not-a-manifest' } }],
])('for a site that %s, the state is "faulty" with its overrides', async (_, response, problem) => {
  const page = new FakePage();
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));
  page.server = () => response;

  const session = await openedSession(page);

  expect(session.state).toMatchObject({ kind: 'faulty', problem, cookie: { name: 'gatekeeper' } });
  expect(page.badgeCounts.map(({ count }) => count)).toEqual([1]);
});

test('without a manifest, the override cookie is distinguished from one whose name only begins like it', async () => {
  const page = new FakePage();
  page.jar.write('gatekeeper-theme=dark; Path=/');
  page.jar.write(`__Host-${overrideCookie({ CHECKOUT: 'ONE_PAGE' })}; Path=/; Secure`);
  page.server = () => ({ kind: 'unreachable', isUpgraded: false });

  const session = await openedSession(page);

  expect(session.state).toMatchObject({ kind: 'faulty', cookie: { name: '__Host-gatekeeper' } });
});

test('opening the session again reads the page again', async () => {
  const page = new FakePage();
  page.server = () => ({ kind: 'unreachable', isUpgraded: false });
  const session = await openedSession(page);
  page.server = (cookie) => jsonAnswer(siteManifest(cookie));

  await session.open();

  expect(session.state.kind).toBe('ready');
});

test('a listener is called for every state until it is removed', async () => {
  const session = new Session(new FakePage());
  const states: string[] = [];
  const stop = session.subscribe(() => states.push(session.state.kind));

  await session.open();
  stop();
  await session.open();

  expect(states).toEqual(['loading', 'ready']);
});
