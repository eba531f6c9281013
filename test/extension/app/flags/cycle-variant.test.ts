import { expect, test } from 'vitest';
import { BrowsingStore } from '../../../../extension/app/flags/browsing-store.ts';
import { cycleVariant, nextVariant } from '../../../../extension/app/flags/key-bindings.ts';
import { FakeSiteMemory } from '../../../fakes/fake-site-memory.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { openedSession, ready } from '../session/opened-session.ts';

async function openedPopup(page = new FakePage()) {
  const store = new BrowsingStore(new FakeSiteMemory(), () => {});
  return { page, store, session: await openedSession(page) };
}

test.each([
  // variants         from       by  to
  [['A', 'B', 'C'], 'A', 1, 'B'],
  [['A', 'B', 'C'], 'C', 1, 'A'],
  [['A', 'B', 'C'], 'A', -1, 'C'],
  [['A', 'B', 'C'], undefined, 1, 'A'],
  [['A', 'B', 'C'], 'GONE', -1, 'C'],
  [['A'], 'A', 1, 'A'],
] as const)('of %j, the variant after %s by %i is %s', (variants, from, by, to) => {
  expect(nextVariant(variants, from, by)).toBe(to);
});

test('cycling chooses the variant after the current one, reloads the page, and marks both as shown', async () => {
  const { page, store, session } = await openedPopup();

  const hasAccess = await cycleVariant(session, store, 'CHECKOUT', 1);

  expect(hasAccess).toBe(true);
  expect(page.reloads).toBe(1);
  expect(ready(session).stored.variants.get('CHECKOUT')).toBe('ONE_PAGE');
  expect(store.browsing.visited).toEqual(new Map([['CHECKOUT', ['CLASSIC', 'ONE_PAGE']]]));
});

test('cycling continues from the override, and after the last variant starts with the first', async () => {
  const { store, session } = await openedPopup();

  await cycleVariant(session, store, 'CHECKOUT', 1);
  await cycleVariant(session, store, 'CHECKOUT', 1);

  expect(ready(session).stored.variants.get('CHECKOUT')).toBe('CLASSIC');
});

test('if the reload revokes the permission, cycling resolves to false', async () => {
  const { page, store, session } = await openedPopup();
  page.hasAccessAfterReload = false;

  expect(await cycleVariant(session, store, 'SEARCH', -1)).toBe(false);
});

test.each([
  // flag       because
  ['PAYMENTS', 'it is locked'],
  ['NOWHERE', 'it is not listed'],
])('cycling does nothing for %s: %s', async (flag) => {
  const { page, store, session } = await openedPopup();

  expect(await cycleVariant(session, store, flag, 1)).toBe(true);
  expect([page.written, page.reloads]).toEqual([[], 0]);
});

test('if the variant cannot be stored, the page is not reloaded', async () => {
  const { page, store, session } = await openedPopup();
  page.jar.isEnabled = false;

  await cycleVariant(session, store, 'CHECKOUT', 1);

  expect(page.reloads).toBe(0);
  expect(store.browsing.visited.size).toBe(0);
});
