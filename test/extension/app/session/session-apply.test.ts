import { expect, test } from 'vitest';
import { applyProposed } from '../../../../extension/app/sharing/override-plan.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { jsonAnswer, siteManifest } from '../../../helpers/site-manifest.ts';
import { openedSession, ready, settled, shown } from './opened-session.ts';

function pageWith(overrides: Readonly<Record<string, unknown>>): FakePage {
  const page = new FakePage();
  page.jar.write(overrideCookie(overrides));
  return page;
}

test('adding keeps the other overrides, replacing removes them', async () => {
  const added = pageWith({ SEARCH: 'FUZZY' });
  const replaced = pageWith({ SEARCH: 'FUZZY' });
  const proposed = new Map([['CHECKOUT', 'ONE_PAGE']]);

  await (await openedSession(added)).apply(applyProposed(proposed, 'add'));
  await (await openedSession(replaced)).apply(applyProposed(proposed, 'replace'));

  expect(added.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
  expect(replaced.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));
});

test('an applied override is shown together with the server’s new evaluation', async () => {
  const session = await openedSession();

  await session.apply(applyProposed(new Map([['CHECKOUT', 'ONE_PAGE']]), 'add'));
  await settled();

  expect(shown(session, 'CHECKOUT')).toBe('ONE_PAGE | ONE_PAGE override');
  expect(ready(session)).toMatchObject({ changed: true, undo: { kind: 'applied', count: 1 } });
});

test.each(['add', 'replace'] as const)('"%s" writes only the overrides that the site accepts', async (mode) => {
  const page = new FakePage();
  const session = await openedSession(page);
  const proposed = new Map<string, unknown>([
    ['CHECKOUT', 'ONE_PAGE'],
    ['SEARCH', 'GONE'],
    ['PAYMENTS', 'OFF'],
    ['SECRET', 'ON'],
    ['constructor', 'ON'],
    ['__proto__', 'ON'],
    ['<b>', { toString: 'FUZZY' }],
  ]);

  await session.apply(applyProposed(proposed, mode));

  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));
});

test.each(['add', 'replace'] as const)('undo after "%s" restores exactly the previous overrides', async (mode) => {
  const before = { CHECKOUT: 'CLASSIC', OLD: 'ON', SEARCH: 'FUZZY' };
  const page = pageWith(before);
  const session = await openedSession(page);
  await session.apply(applyProposed(new Map([['CHECKOUT', 'ONE_PAGE']]), mode));

  await session.undo();

  expect(page.jar.read()).toBe(overrideCookie(before));
  expect(ready(session).undo).toBeUndefined();
});

test('undo keeps a choice that another window has made since', async () => {
  const page = pageWith({ SEARCH: 'FUZZY' });
  const session = await openedSession(page);
  await session.apply(applyProposed(new Map([['CHECKOUT', 'ONE_PAGE']]), 'replace'));
  page.jar.write(overrideCookie({ CHECKOUT: 'CLASSIC' }));

  await session.undo();

  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'CLASSIC', SEARCH: 'FUZZY' }));
});

test('replacing with no overrides clears all, and can be undone', async () => {
  const page = pageWith({ SEARCH: 'FUZZY' });
  const session = await openedSession(page);

  await session.apply(applyProposed(new Map(), 'replace'));
  const between = page.jar.read();
  await session.undo();

  expect(between).toBe('');
  expect(page.jar.read()).toBe(overrideCookie({ SEARCH: 'FUZZY' }));
});

test('an override that is already set is not written again and cannot be undone', async () => {
  const page = pageWith({ SEARCH: 'FUZZY' });
  const session = await openedSession(page);

  await session.apply(applyProposed(new Map([['SEARCH', 'FUZZY']]), 'add'));

  expect(page.written).toEqual([]);
  expect(ready(session).undo).toBeUndefined();
});

test('two windows that apply overrides at once keep each other’s overrides', async () => {
  const page = pageWith({});
  const one = await openedSession(page);
  const other = await openedSession(page);

  await Promise.all([
    one.apply(applyProposed(new Map([['CHECKOUT', 'ONE_PAGE']]), 'add')),
    other.apply(applyProposed(new Map([['SEARCH', 'FUZZY']]), 'add')),
  ]);

  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
});

test('nothing is applied on a site where overriding is disabled', async () => {
  const page = new FakePage();
  page.server = (cookie) => jsonAnswer(siteManifest(cookie, false));
  const session = await openedSession(page);

  await session.apply(applyProposed(new Map([['CHECKOUT', 'ONE_PAGE']]), 'add'));

  expect(page.written).toEqual([]);
});

test('nothing is applied before the flags are loaded', async () => {
  const page = new FakePage();
  page.failure = 'refused';
  const session = await openedSession(page);

  await session.apply(applyProposed(new Map([['CHECKOUT', 'ONE_PAGE']]), 'add'));

  expect(page.cookieAccesses).toBe(0);
});

test('overrides that do not fit are not written at all, and the error is reported', async () => {
  const page = pageWith({ SEARCH: 'FUZZY' });
  page.server = (cookie) => {
    const document = siteManifest(cookie);
    return jsonAnswer({ ...document, overrides: { ...document.overrides, maxBytes: 60 } });
  };
  const session = await openedSession(page);

  await session.apply(applyProposed(new Map([['CHECKOUT', 'ONE_PAGE']]), 'add'));

  expect(page.jar.read()).toBe(overrideCookie({ SEARCH: 'FUZZY' }));
  expect(ready(session)).toMatchObject({ writeError: { kind: 'too-large' }, undo: undefined });
});
