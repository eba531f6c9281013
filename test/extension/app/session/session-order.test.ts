import { expect, test } from 'vitest';
import { Barrier, FakePage } from '../../../fakes/page/fake-page.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { jsonAnswer, siteManifest } from '../../../helpers/site-manifest.ts';
import { openedSession, ready, settled, shown } from './opened-session.ts';

test('quick clicks are written in their order, and the manifest is asked for once, after the last', async () => {
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
  expect(page.visits).toBe(2);
});

test('a manifest that a choice has overtaken does not bring the old choice back', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.answers.close();
  await session.choose('CHECKOUT', 'ONE_PAGE');
  await settled(); // the server has answered, and the answer is under way
  page.writes.close();
  const second = session.choose('CHECKOUT', 'CLASSIC');

  page.answers.open();
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
  const { answers } = page;
  answers.close();
  const slow = session.open();
  await settled();
  page.answers = new Barrier();
  page.server = (cookie) => jsonAnswer({ ...siteManifest(cookie), app: 'The later answer' });

  await session.open();
  answers.open();
  await slow;

  expect(ready(session).manifest.app).toBe('The later answer');
});

test('a choice never waits for the manifest', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.answers.close();
  await session.choose('CHECKOUT', 'ONE_PAGE');

  await session.choose('SEARCH', 'FUZZY');

  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
});

test('a click that cannot be written does not keep the manifest of the one before from being read', async () => {
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

test('a click that cannot be written does not bring an older manifest back', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.answers.close();
  await session.choose('CHECKOUT', 'ONE_PAGE');
  page.writes.close();
  const second = session.choose('SEARCH', 'FUZZY');
  page.answers.open();
  await settled();
  page.failure = 'timed-out';

  page.writes.open();
  await second;
  page.failure = undefined;
  await settled();

  expect(shown(session, 'CHECKOUT')).toBe('ONE_PAGE | ONE_PAGE override');
  expect(ready(session).writeError).toEqual({ kind: 'page', failure: 'timed-out' });
});

test('a click that waits behind a slow one is not made on another site that the tab has gone to', async () => {
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

test('a choice made while the popup begins anew is written, and is there when it has begun', async () => {
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

test('what another window writes while the manifest is on its way is not held against the server', async () => {
  const page = new FakePage();
  const session = await openedSession(page);
  page.answers.close();
  await session.choose('CHECKOUT', 'ONE_PAGE');
  await settled();
  page.jar.write(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));

  page.answers.open();
  await settled();

  expect(ready(session).stored.variants).toEqual(
    new Map([
      ['CHECKOUT', 'ONE_PAGE'],
      ['SEARCH', 'FUZZY'],
    ]),
  );
  expect(ready(session).writeError).toBeUndefined();
});
