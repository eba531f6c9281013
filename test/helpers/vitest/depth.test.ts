import { expect, test } from 'vitest';
import { IS_DEEP, sampled } from './depth.ts';

const TABLE = Array.from({ length: 100 }, (_, at) => at);

test('npm test runs the first, the last and some rows between; npm run test:deep runs all', () => {
  expect(sampled(TABLE, 4)).toEqual(IS_DEEP ? TABLE : [0, 33, 66, 99]);
  expect(sampled(TABLE.slice(0, 3), 4)).toEqual([0, 1, 2]);
});
