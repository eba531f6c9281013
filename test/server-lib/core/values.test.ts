import { expect, test } from 'vitest';
import { didYouMean, nearestName } from '../../../server-lib/core/values.ts';

test.each([
  // written        nearest            of
  ['ONEPAGE', 'ONE_PAGE', ['CLASSIC', 'ONE_PAGE']],
  ['NWE', 'NEW', ['OLD', 'NEW']],
  ['checkout', 'CHECKOUT', ['SEARCH', 'CHECKOUT']],
  ['overideable', 'overridable', ['users', 'overridable']],
  ['targetting', 'targeting', ['state', 'targeting']],
  ['FLAG_11', 'FLAG_1', ['FLAG_22', 'FLAG_1']],
  ['COLORS', 'COLOUR', ['COLOURED', 'COLOUR']],
  ['A', 'B', ['B', 'BB']],
])('the nearest name to %s is %s', (written, nearest, known) => {
  expect(nearestName(written, known)).toBe(nearest);
});

test.each([
  ['SEARCH', ['CHECKOUT', 'PRICE']],
  ['NEW', ['OLD']],
  ['', ['A_FLAG']],
  ['SEARCH', ['SEARCH']],
  ['SEARCH', []],
  ['X'.repeat(100_000), ['SEARCH']],
])('no name is near to %j among %j', (written, known) => {
  expect(nearestName(written, known)).toBeUndefined();
  expect(didYouMean(written, known)).toBe('');
});

test('a suggestion is part of a sentence, and only a string gets one', () => {
  expect(didYouMean('SAERCH', ['SEARCH'])).toBe('; did you mean "SEARCH"?');
  expect(didYouMean(7, ['7'])).toBe('');
  expect(didYouMean(undefined, ['undefined'])).toBe('');
});
