import { expect, test } from 'vitest';
import { FIRST_LOOK, readingOn, searching } from '../../../extension/app/browsing.ts';

test('everybody starts without a search and with more rows than a popup can show at once', () => {
  expect(FIRST_LOOK.search).toBe('');
  expect(FIRST_LOOK.drawn).toBeGreaterThanOrEqual(20);
  expect(FIRST_LOOK.drawn).toBeLessThanOrEqual(100);
});

test('reading on draws further rows and keeps the search', () => {
  const further = readingOn(readingOn(searching('check')));

  expect(further).toEqual({ search: 'check', drawn: 3 * FIRST_LOOK.drawn });
});

test('a new search starts at the top', () => {
  const further = readingOn(FIRST_LOOK);

  expect(searching('check').drawn).toBeLessThan(further.drawn);
  expect(searching('')).toEqual(FIRST_LOOK);
});
