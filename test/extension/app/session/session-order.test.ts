import { expect, test } from 'vitest';
import { Barrier, FakePage } from '../../../fakes/page/fake-page.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { jsonAnswer, siteManifest } from '../../../helpers/site-manifest.ts';
import { openedSession, ready, settled, shown } from './opened-session.ts';

test('quick clicks are written in order, and the manifest is fetched once, after the last', async () => {
  const page = new FakePage();
  const session = await openedSession(page);

  await Promise.all([
    session.choose('CHECKOUT', 'ONE_PAGE'),
    session.choose('SEARCH', 'FUZZY'),
    session.choose('CHECKOUT', 'CLASSIC'),
  ]);
  await settled();

  expect(page.written.map((text) => text.split(';')[0])).toEqual([
    overrideCookie({ CHECKOUT: 'ONE_PAGE' }),
    overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }),
    overrideCookie({ CHECKOUT: 'CLASSIC', SEARCH: 'FUZZY' }),
  ]);
  expect(page.snapshots).toBe(2);
});

test('a manifest that was fetched before a later choice does not restore the old choice', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.responses.close();
  await session.choose('CHECKOUT', 'ONE_PAGE');
  await settled(); // the server has sent the manifest, which has not arrived yet
  page.writes.close();
  const second = session.choose('CHECKOUT', 'CLASSIC');

  page.responses.open();
  await settled();
  const meanwhile = shown(session, 'CHECKOUT');
  page.writes.open();
  await second;
  await settled();

  expect(meanwhile).toMatch(/^ONE_PAGE/);
  expect(shown(session, 'CHECKOUT')).toBe('CLASSIC | CLASSIC override');
  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'CLASSIC' }));
});

test('a slow manifest that arrives after a later one is not shown', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  const { responses } = page;
  responses.close();
  const slow = session.open();
  await settled();
  page.responses = new Barrier();
  page.server = (cookie) => jsonAnswer({ ...siteManifest(cookie), app: 'The later manifest' });

  await session.open();
  responses.open();
  await slow;

  expect(ready(session).manifest.app).toBe('The later manifest');
});

test('a choice never waits for the manifest', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.responses.close();
  await session.choose('CHECKOUT', 'ONE_PAGE');

  await session.choose('SEARCH', 'FUZZY');

  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
});

test('a click that cannot be written does not prevent the refresh for the click before it', async () => {
  const page = new FakePage();
  page.server = (cookie) => {
    const manifest = siteManifest(cookie);
    return jsonAnswer({ ...manifest, overrides: { ...manifest.overrides, maxBytes: 60 } });
  };
  const session = await openedSession(page);

  await Promise.all([session.choose('CHECKOUT', 'ONE_PAGE'), session.choose('SEARCH', 'FUZZY')]);
  await settled();

  expect(shown(session, 'CHECKOUT')).toBe('ONE_PAGE | ONE_PAGE override');
  expect(ready(session).writeError).toMatchObject({ kind: 'too-large' });
});

test('a click that cannot be written does not restore an older manifest', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.responses.close();
  await session.choose('CHECKOUT', 'ONE_PAGE');
  page.writes.close();
  const second = session.choose('SEARCH', 'FUZZY');
  page.responses.open();
  await settled();
  page.failure = 'timed-out';

  page.writes.open();
  await second;
  page.failure = undefined;
  await settled();

  expect(shown(session, 'CHECKOUT')).toBe('ONE_PAGE | ONE_PAGE override');
  expect(ready(session).writeError).toEqual({ kind: 'page', failure: 'timed-out' });
});

test('a click that waits for a slow one is not applied to another site to which the tab has navigated', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.writes.close();
  const clicks = [session.choose('CHECKOUT', 'ONE_PAGE'), session.choose('SEARCH', 'FUZZY')];
  page.origin = 'https://other.example';
  await session.reload();

  page.writes.open();
  await Promise.all(clicks);

  expect(ready(session)).toMatchObject({ origin: 'https://other.example', writeError: undefined });
  expect(page.written).toEqual([]);
});

test('a choice made while the session opens again is written and then shown', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.writes.close();
  const chosen = session.choose('CHECKOUT', 'ONE_PAGE');
  await settled();
  const opened = session.open();

  page.writes.open();
  await Promise.all([chosen, opened]);
  await settled();

  expect(shown(session, 'CHECKOUT')).toBe('ONE_PAGE | ONE_PAGE override');
});

test('an override that another window writes while the manifest is fetched is not reported as not received', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.responses.close();
  await session.choose('CHECKOUT', 'ONE_PAGE');
  await settled();
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));

  page.responses.open();
  await settled();

  expect(ready(session).stored.variants).toEqual(
    new Map([
      ['CHECKOUT', 'ONE_PAGE'],
      ['SEARCH', 'FUZZY'],
    ]),
  );
  expect(ready(session).writeError).toBeUndefined();
});
