import { expect, test } from 'vitest';
import { backoffDelay } from '../../../../server-lib/sources/remote-source.ts';

test.each([
  // failures  least  most
  [1, 100, 200],
  [2, 200, 400],
  [3, 400, 800],
  [5, 1_600, 3_200],
  [6, 2_250, 4_500],
  [1_000_000, 2_250, 4_500],
])('after %i failures the delay is %i to %i milliseconds', (failures, least, most) => {
  expect(backoffDelay(failures, 4_500, () => 0)).toBe(least);
  expect(backoffDelay(failures, undefined, () => 1)).toBe(most);
});

test('processes that lost one server do not all reconnect at the same moment', () => {
  const delays = new Set(Array.from({ length: 100 }, () => backoffDelay(4)));

  expect(delays.size).toBeGreaterThan(90);
});
