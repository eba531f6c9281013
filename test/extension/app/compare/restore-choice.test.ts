import { expect, test } from 'vitest';
import { type ComparisonNote, restoreChoice } from '../../../../extension/app/compare/restore-choice.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';

/** The note of a comparison before which `document.cookie` was `before`. */
function noteOf(before: string): ComparisonNote {
  const cookie = { name: 'gatekeeper', maxAge: 604_800 };
  return {
    tabId: 7,
    origin: 'https://shop.example',
    cookie,
    flag: 'CHECKOUT',
    before: before === '' ? null : before.slice('gatekeeper='.length),
  };
}

const A = overrideCookie({ CHECKOUT: 'CLASSIC' });
const B = overrideCookie({ CHECKOUT: 'ONE_PAGE' });
const B_AND_SEARCH = overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' });
const SEARCH = overrideCookie({ SEARCH: 'FUZZY' });

test.each([
  // before                         now            restored
  ['', B, ''],
  [A, B, A],
  [A, '', A],
  [A, A, A],
  ['', '', ''],
  ['gatekeeper=%7B%7D', B, 'gatekeeper=%7B%7D'],
  ['gatekeeper={"CHECKOUT":1}', B, 'gatekeeper={"CHECKOUT":1}'],
  ['gatekeeper=not-json', B, 'gatekeeper=not-json'],
  // another window has chosen a variant of another flag meanwhile
  ['', B_AND_SEARCH, SEARCH],
  [A, B_AND_SEARCH, overrideCookie({ CHECKOUT: 'CLASSIC', SEARCH: 'FUZZY' })],
])('before "%s", now "%s": restored to "%s"', async (before, now, restored) => {
  const page = new FakePage();
  if (now !== '') page.jar.write(now);

  const isRestored = await restoreChoice(page, noteOf(before));

  expect(isRestored).toBe(true);
  expect(page.jar.read()).toBe(restored);
});

test('an edit that another window makes at the same time is kept', async () => {
  const page = new FakePage();
  page.jar.write(B);
  let edits = 0;
  page.beforeSwap = () => {
    if (edits++ === 0) page.jar.write(B_AND_SEARCH);
  };

  expect(await restoreChoice(page, noteOf(A))).toBe(true);

  expect(page.jar.read()).toBe(overrideCookie({ CHECKOUT: 'CLASSIC', SEARCH: 'FUZZY' }));
});

test('a page of another site, or one that cannot be accessed, is not changed', async () => {
  const other = new FakePage();
  other.origin = 'https://other.example';
  other.jar.write(B);
  const refused = new FakePage();
  refused.failure = 'refused';

  expect(await restoreChoice(other, noteOf(''))).toBe(false);
  expect(await restoreChoice(refused, noteOf(''))).toBe(false);
  expect(other.jar.read()).toBe(B);
});

test('a page that rewrites the cookie forever is reported as not restored', async () => {
  const page = new FakePage();
  page.beforeSwap = () => page.jar.write(`gatekeeper=${page.cookieAccesses}`);

  expect(await restoreChoice(page, noteOf(''))).toBe(false);
});
