import { expect, test } from 'vitest';
import { backoffDelay } from '../../../../server-lib/sources/redis/redis-source.ts';

test.each([
  // failures  least  most
  [1, 100, 200],
  [2, 200, 400],
  [3, 400, 800],
  [5, 1_600, 3_200],
  [6, 2_250, 4_500],
  [1_000_000, 2_250, 4_500],
])('after %i failures it waits from %i to %i milliseconds', (failures, least, most) => {
  expect(backoffDelay(failures, () => 0)).toBe(least);
  expect(backoffDelay(failures, () => 1)).toBe(most);
});

test('two processes that lost one server at one moment do not come back at one moment', () => {
  const pauses = new Set(Array.from({ length: 100 }, () => backoffDelay(4)));

  expect(pauses.size).toBeGreaterThan(90);
});
