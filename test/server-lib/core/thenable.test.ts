import vm from 'node:vm';
import { expect, test } from 'vitest';
import { isThenable, observePromise } from '../../../server-lib/core/thenable.ts';
import { THENABLES } from '../../helpers/hooks/thenables.ts';
import { unhandledRejections } from '../../helpers/unhandled-rejections.ts';

test.each(THENABLES)('$what counts as a promise, and its rejection does not end the process', async ({ make }) => {
  const reasons: unknown[] = [];

  const unhandled = await unhandledRejections(() => {
    expect(observePromise(make(), { rejected: (reason) => reasons.push(reason) })).toBe(true);
  });

  expect(unhandled).toEqual([]);
  expect(reasons.length).toBeLessThanOrEqual(1);
});

test.each<readonly [string, unknown]>([
  ['undefined', undefined],
  ['null', null],
  ['a string', 'then'],
  ['a function', () => {}],
  ['an object', {}],
  ['an object whose then is no function', Object.fromEntries([['then', true]])],
  [
    'an object whose then cannot be read',
    Object.defineProperty({}, 'then', {
      get: () => {
        throw new Error('no');
      },
    }),
  ],
  ['an object of another realm', vm.runInNewContext('({})')],
])('%s is not a promise', (_, value) => {
  expect(isThenable(value)).toBe(false);
});

test('a foreign then is called once, and its reason is reported once', () => {
  const reasons: unknown[] = [];
  let calls = 0;
  const thenable = Object.fromEntries([
    [
      'then',
      (_: unknown, reject: (reason: unknown) => void) => {
        calls += 1;
        reject('first');
        reject('second');
        throw new Error('third');
      },
    ],
  ]);

  observePromise(thenable, { rejected: (reason) => reasons.push(reason) });

  expect([calls, reasons]).toEqual([1, ['first']]);
});
