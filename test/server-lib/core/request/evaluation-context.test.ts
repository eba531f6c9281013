import { expect, test } from 'vitest';
import { createGatekeeper, type DecideContext, defineFlags, type UserId } from '../../../../server-lib/index.ts';
import { errorLog } from '../../../fakes/error-log.ts';
import { unhandledRejections } from '../../../helpers/unhandled-rejections.ts';

const flags = defineFlags({
  BETA: { variants: ['ON', 'OFF'], default: 'OFF', users: { ON: ['ann'] } },
  OTHER: { variants: ['ON', 'OFF'], default: 'OFF', users: { ON: ['ann'] } },
});

test('the user is read when a flag first needs it, and only once', () => {
  let reads = 0;
  const gate = createGatekeeper({ flags }).gateFor({
    get userId() {
      reads += 1;
      return 'ann';
    },
  });

  expect(reads).toBe(0);
  expect(gate.ff('BETA', 'ON')).toBe(true);
  expect(gate.ff('OTHER', 'ON')).toBe(true);
  expect(reads).toBe(1);
});

test('a missing user is not cached: a flag evaluated after the login has the user', () => {
  let user: UserId | null = null;
  const gate = createGatekeeper({ flags }).gateFor({
    get userId() {
      return user;
    },
  });

  expect(gate.ff('BETA', 'ON')).toBe(false);
  user = 'ann';

  expect(gate.ff('OTHER', 'ON')).toBe(true);
  expect(gate.ff('BETA', 'ON')).toBe(false); // pinned until the request ends
});

test('the first user stays the user even if the session changes', () => {
  let user = 'ann';
  const gate = createGatekeeper({ flags }).gateFor({
    get userId() {
      return user;
    },
  });

  gate.ff('BETA', 'ON');
  user = 'bob';

  expect(gate.ff('OTHER', 'ON')).toBe(true);
});

test.each([
  { userId: {}, message: 'Flag BETA: userId must be a string or a number; got an object' },
  { userId: ['ann'], message: 'Flag BETA: userId must be a string or a number; got an array' },
  { userId: true, message: 'Flag BETA: userId must be a string or a number; got a boolean' },
  { userId: Number.NaN, message: 'Flag BETA: userId must be a string or a number; got NaN' },
  { userId: Promise.resolve('ann'), message: 'Flag BETA: userId must be synchronous; it returned a promise' },
  { userId: 4711n, message: 'Flag BETA: userId must be a string or a number; got a bigint' },
  { userId: Symbol('ann'), message: 'Flag BETA: userId must be a string or a number; got a symbol' },
  {
    userId: Number.POSITIVE_INFINITY,
    message: 'Flag BETA: userId must be a string or a number; got an infinite number',
  },
  {
    userId: 2 ** 53,
    message: 'Flag BETA: userId must be a string or a number; got a number above 2^53, which has lost its last digits',
  },
])('a userId that is $userId gives the default, and onError gets an error', ({ userId, message }) => {
  const log = errorLog();
  const gate = createGatekeeper({ flags, ...log }).gateFor({ userId: userId as never });

  expect(gate.explain('BETA')).toMatchObject({ variant: 'OFF', source: 'error', errorCode: 'GENERAL' });
  expect(gate.ff('BETA', 'OFF')).toBe(true);
  expect(log.errors).toEqual([expect.objectContaining({ code: 'ERR_GK_USER_ID', flag: 'BETA', message })]);
});

test('a userId that throws gives the default, with its exception as the cause', () => {
  const log = errorLog();
  const cause = new TypeError('session is undefined');
  const gate = createGatekeeper({ flags, ...log }).gateFor({
    get userId(): UserId {
      throw cause;
    },
  });

  expect(gate.explain('BETA')).toMatchObject({ variant: 'OFF', source: 'error', reason: 'ERROR' });
  expect(log.errors).toEqual([
    expect.objectContaining({ code: 'ERR_GK_USER_ID', flag: 'BETA', message: 'Flag BETA: userId threw', cause }),
  ]);
});

test('an async userId that rejects does not end the process', async () => {
  const log = errorLog();

  const rejections = await unhandledRejections(() => {
    const userId = Promise.reject(new Error('no database'));
    createGatekeeper({ flags, ...log })
      .gateFor({ userId: userId as never })
      .ff('BETA', 'ON');
  });

  expect(rejections).toEqual([]);
  expect(log.codes).toEqual(['ERR_GK_USER_ID']);
});

test('a flag that the userId function evaluates has no user, without recursion', () => {
  const log = errorLog();
  let reads = 0;
  const gate = createGatekeeper({ flags, ...log }).gateFor({
    get userId() {
      reads += 1;
      return gate.ff('BETA', 'ON') ? 'bob' : 'ann';
    },
  });

  expect(gate.ff('OTHER', 'ON')).toBe(true);
  expect(gate.ff('BETA', 'ON')).toBe(false);
  expect(reads).toBe(1);
  expect(log.errors).toEqual([]);
});

test.each([
  // what decide reads,         the source of the variant
  ['nothing', () => 'ON', 'code'],
  ['the attributes', ({ attributes }: DecideContext) => (attributes.plan === 'pro' ? 'ON' : 'OFF'), 'code'],
  ['the user', ({ userId }: DecideContext) => (userId === 'ann' ? 'ON' : 'OFF'), 'error'],
  ['the whole context', (context: DecideContext) => ({ ...context }).userId === 'ann' ? 'ON' : 'OFF', 'error'],
])('if userId throws, a decide that reads %s gives a variant from %s', (_, decide, source) => {
  const log = errorLog();
  const flags = defineFlags({ A: { variants: ['ON', 'OFF'], default: 'OFF', decide: decide as () => 'ON' } });
  const gate = createGatekeeper({ flags, ...log }).gateFor({
    get userId(): never {
      throw new Error('no session store');
    },
    attributes: { plan: 'pro' },
  });

  expect(gate.explain('A').source).toBe(source);
  expect(log.codes).toEqual(source === 'error' ? ['ERR_GK_USER_ID'] : []);
});

const ID_KINDS: readonly (readonly [string, () => unknown])[] = [
  ['an object', () => ({ id: 'ann' })],
  ['an array', () => ['ann']],
  ['NaN', () => Number.NaN],
  ['a boolean', () => true],
  ['a bigint', () => 42n],
  ['a promise', () => Promise.reject(new Error('no database'))],
  ['a number above 2^53, which has lost its last digits', () => 2 ** 53],
];

test.each(ID_KINDS)(
  'ffVariant for %s returns the default, not the current user’s variant, and reports an error',
  (kind, make) => {
    const userId = make();
    const log = errorLog();
    const gate = createGatekeeper({ flags, ...log }).gateFor({ userId: 'ann' });

    const variants = [1, 2].map(() => gate.ffVariant('BETA', { userId: userId as never }));

    expect(variants).toEqual(['OFF', 'OFF']);
    expect(gate.ffVariant('BETA')).toBe('ON');
    expect(log.errors.map(({ code, message }) => [code, message])).toEqual([
      ['ERR_GK_USER_ID', `Flag BETA: userId must be a string or a number; got ${kind}`],
    ]);
  },
);

test('ffVariant with an invalid id reports it even if the flag does not read the user', () => {
  const log = errorLog();
  const flags = defineFlags({ PLAIN: { variants: ['ON', 'OFF'], default: 'OFF', decide: () => 'ON' } });
  const gate = createGatekeeper({ flags, ...log }).gateFor({ userId: 'ann' });

  const variants = [1, 2].map(() => gate.ffVariant('PLAIN', { userId: {} as never }));

  expect(variants).toEqual(['ON', 'ON']);
  expect(log.codes).toEqual(['ERR_GK_USER_ID']);
});

test.each([
  // options,                the user of the variant
  [{ userId: null }, 'OFF'],
  [{ userId: undefined }, 'ON'],
  [{}, 'ON'],
  [undefined, 'ON'],
  [{ userId: 'bob' }, 'OFF'],
])('ffVariant with %j returns %s for ann, who is in the list', (options, variant) => {
  const log = errorLog();
  const gate = createGatekeeper({ flags, ...log }).gateFor({ userId: 'ann' });

  expect(gate.ffVariant('BETA', options as never)).toBe(variant);
  expect(log.errors).toEqual([]);
});

test('a userId function that evaluates the flag that reads the user gets the variant without a user', () => {
  const log = errorLog();
  const flags = defineFlags({
    A: { variants: ['ON', 'OFF'], default: 'OFF', decide: ({ userId }) => (userId === 'ann' ? 'ON' : 'OFF') },
  });
  const gate = createGatekeeper({ flags, ...log }).gateFor({
    get userId() {
      return gate.ff('A', 'OFF') ? 'ann' : 'bob';
    },
  });

  expect(gate.explain('A')).toMatchObject({ variant: 'ON', source: 'code' });
  expect(log.errors).toEqual([]);
});
