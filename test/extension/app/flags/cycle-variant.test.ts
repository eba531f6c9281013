import { expect, test } from 'vitest';
import { BrowsingStore } from '../../../../extension/app/flags/browsing-store.ts';
import { cycleVariant, nextVariant } from '../../../../extension/app/flags/key-bindings.ts';
import { FakeSiteMemory } from '../../../fakes/fake-site-memory.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { openedSession, ready } from '../session/opened-session.ts';

async function walker(page = new FakePage()) {
  const look = new BrowsingStore(new FakeSiteMemory(), () => {});
  return { page, look, session: await openedSession(page) };
}

test.each([
  // variants         from       by  to
  [['A', 'B', 'C'], 'A', 1, 'B'],
  [['A', 'B', 'C'], 'C', 1, 'A'],
  [['A', 'B', 'C'], 'A', -1, 'C'],
  [['A', 'B', 'C'], undefined, 1, 'A'],
  [['A', 'B', 'C'], 'GONE', -1, 'C'],
  [['A'], 'A', 1, 'A'],
] as const)('of %j, the one after %s by %i is %s', (variants, from, by, to) => {
  expect(nextVariant(variants, from, by)).toBe(to);
});

test('a walk goes from the variant in force to the next, reloads, and marks both as shown', async () => {
  const { page, look, session } = await walker();

  const canGoOn = await cycleVariant(session, look, 'CHECKOUT', 1);

  expect(canGoOn).toBe(true);
  expect(page.reloads).toBe(1);
  expect(ready(session).stored.variants.get('CHECKOUT')).toBe('ONE_PAGE');
  expect(look.browsing.visited).toEqual(new Map([['CHECKOUT', ['CLASSIC', 'ONE_PAGE']]]));
});

test('a walk goes on from what is overridden, and round', async () => {
  const { look, session } = await walker();

  await cycleVariant(session, look, 'CHECKOUT', 1);
  await cycleVariant(session, look, 'CHECKOUT', 1);

  expect(ready(session).stored.variants.get('CHECKOUT')).toBe('CLASSIC');
});

test('a popup that loses its permission with the old page is told so', async () => {
  const { page, look, session } = await walker();
  page.canGoOnAfterReload = false;

  expect(await cycleVariant(session, look, 'SEARCH', -1)).toBe(false);
});

test.each([
  // flag       because
  ['PAYMENTS', 'it is locked'],
  ['NOWHERE', 'it is not listed'],
])('nobody walks through the variants of %s: %s', async (flag) => {
  const { page, look, session } = await walker();

  expect(await cycleVariant(session, look, flag, 1)).toBe(true);
  expect([page.written, page.reloads]).toEqual([[], 0]);
});

test('a variant that was not stored is not reloaded for', async () => {
  const { page, look, session } = await walker();
  page.jar.isEnabled = false;

  await cycleVariant(session, look, 'CHECKOUT', 1);

  expect(page.reloads).toBe(0);
  expect(look.browsing.visited.size).toBe(0);
});
