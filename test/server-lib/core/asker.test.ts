import { expect, test } from 'vitest';
import { createGatekeeper, defineFlags, type UserId } from '../../../server-lib/index.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { unhandledRejections } from '../../fakes/unhandled-rejections.ts';

const flags = defineFlags({
  BETA: { variants: ['ON', 'OFF'], default: 'OFF', users: { ON: ['ann'] } },
  OTHER: { variants: ['ON', 'OFF'], default: 'OFF', users: { ON: ['ann'] } },
});

test('the user is read when a flag first needs it, and then once', () => {
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

test('nobody signed in is not remembered: a flag asked after the login sees the user', () => {
  let user: UserId | null = null;
  const gate = createGatekeeper({ flags }).gateFor({
    get userId() {
      return user;
    },
  });

  expect(gate.ff('BETA', 'ON')).toBe(false);
  user = 'ann';

  expect(gate.ff('OTHER', 'ON')).toBe(true);
  expect(gate.ff('BETA', 'ON')).toBe(false); // told once, told until the request ends
});

test('the user who was seen first stays the user, whatever the session says later', () => {
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
  { userId: {}, message: 'Flag BETA: userId is "[object Object]"; an id is a string or a number' },
  { userId: ['ann'], message: 'Flag BETA: userId is "[object Array]"; an id is a string or a number' },
  { userId: true, message: 'Flag BETA: userId is "true"; an id is a string or a number' },
  { userId: Number.NaN, message: 'Flag BETA: userId is "NaN"; an id is a string or a number' },
  { userId: Promise.resolve('ann'), message: 'Flag BETA: userId is "[object Promise]"; an id is a string or a number' },
])('a userId that is $userId gives the default, with a word to onError', ({ userId, message }) => {
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

test('a flag asked by the userId function itself sees nobody, and the question ends', () => {
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
