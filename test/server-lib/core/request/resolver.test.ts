import { expect, test } from 'vitest';
import { createGatekeeper, type FlagDefinition } from '../../../../server-lib/index.ts';
import { errorLog } from '../../../fakes/error-log.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { unhandledRejections } from '../../../helpers/unhandled-rejections.ts';

const DEEP = (): string => DEEP() && 'ON';
const DOWN = new Error('database is down');

interface Fault {
  readonly decide: string;
  readonly run: (context: never) => unknown;
  readonly code: 'ERR_GK_DECIDE_THREW' | 'ERR_GK_DECIDE_PROMISE' | 'ERR_GK_DECIDE_VARIANT';
  readonly says: string;
}

const throwing = (value: unknown) => () => {
  throw value;
};
const returning = (value: unknown) => () => value;
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const trap = () => new Proxy({}, { get: throwing(DOWN) });
// biome-ignore lint/suspicious/noThenProperty: what a query builder returns
const thenable = () => ({ then: (resolve: (variant: string) => void) => resolve('ON') });
const badThen = () => Object.defineProperty({}, 'then', { get: throwing(DOWN) });
const badTag = () => Object.defineProperty({}, Symbol.toStringTag, { get: throwing(DOWN) });
const EXPECTED = 'decide must return one of ON, OFF; got ';

const FAULTS: readonly Fault[] = [
  { decide: 'throws', run: throwing(DOWN), code: 'ERR_GK_DECIDE_THREW', says: 'decide threw' },
  { decide: 'throws null', run: throwing(null), code: 'ERR_GK_DECIDE_THREW', says: 'decide threw' },
  { decide: 'throws undefined', run: throwing(undefined), code: 'ERR_GK_DECIDE_THREW', says: 'decide threw' },
  { decide: 'throws a string', run: throwing('no'), code: 'ERR_GK_DECIDE_THREW', says: 'decide threw' },
  { decide: 'throws a revoked proxy', run: throwing(revoked()), code: 'ERR_GK_DECIDE_THREW', says: 'decide threw' },
  { decide: 'overflows the stack', run: DEEP, code: 'ERR_GK_DECIDE_THREW', says: 'decide threw' },
  { decide: 'is a class', run: class {} as never, code: 'ERR_GK_DECIDE_THREW', says: 'decide threw' },
  { decide: 'is async', run: async () => 'ON', code: 'ERR_GK_DECIDE_PROMISE', says: 'decide must be synchronous' },
  {
    decide: 'rejects',
    run: () => Promise.reject(DOWN),
    code: 'ERR_GK_DECIDE_PROMISE',
    says: 'decide must be synchronous',
  },
  {
    decide: 'rejects with null',
    run: () => Promise.reject(null),
    code: 'ERR_GK_DECIDE_PROMISE',
    says: 'decide must be synchronous',
  },
  { decide: 'returns a thenable', run: thenable, code: 'ERR_GK_DECIDE_PROMISE', says: 'decide must be synchronous' },
  { decide: 'returns GONE', run: returning('GONE'), code: 'ERR_GK_DECIDE_VARIANT', says: '; got "GONE"' },
  { decide: 'returns on', run: returning('on'), code: 'ERR_GK_DECIDE_VARIANT', says: '; got "on"' },
  { decide: 'returns no text', run: returning(''), code: 'ERR_GK_DECIDE_VARIANT', says: '; got ""' },
  {
    decide: 'returns __proto__',
    run: returning('__proto__'),
    code: 'ERR_GK_DECIDE_VARIANT',
    says: '; got "__proto__"',
  },
  { decide: 'returns toString', run: returning('toString'), code: 'ERR_GK_DECIDE_VARIANT', says: '; got "toString"' },
  { decide: 'returns true', run: returning(true), code: 'ERR_GK_DECIDE_VARIANT', says: '; got "true"' },
  { decide: 'returns 0', run: returning(0), code: 'ERR_GK_DECIDE_VARIANT', says: '; got "0"' },
  { decide: 'returns null', run: returning(null), code: 'ERR_GK_DECIDE_VARIANT', says: '; got "null"' },
  { decide: 'returns a list', run: returning(['ON']), code: 'ERR_GK_DECIDE_VARIANT', says: '; got "[object Array]"' },
  {
    decide: 'returns new String',
    run: returning(Object('ON')),
    code: 'ERR_GK_DECIDE_VARIANT',
    says: '[object String]',
  },
  {
    decide: 'returns a symbol',
    run: returning(Symbol('ON')),
    code: 'ERR_GK_DECIDE_VARIANT',
    says: '; got "Symbol(ON)"',
  },
  { decide: 'returns a function', run: returning(() => 'ON'), code: 'ERR_GK_DECIDE_VARIANT', says: EXPECTED },
  { decide: 'returns a proxy that throws', run: trap, code: 'ERR_GK_DECIDE_VARIANT', says: EXPECTED },
  { decide: 'returns a revoked proxy', run: revoked, code: 'ERR_GK_DECIDE_VARIANT', says: EXPECTED },
  { decide: 'returns what throws at then', run: badThen, code: 'ERR_GK_DECIDE_VARIANT', says: EXPECTED },
  { decide: 'returns what throws at its tag', run: badTag, code: 'ERR_GK_DECIDE_VARIANT', says: EXPECTED },
];

/** Three flags: a failing one between two working ones. */
function flagsAround(run: Fault['run']): Record<string, FlagDefinition> {
  const whole = { variants: ['ON', 'OFF'], default: 'OFF', decide: () => 'ON' };
  return { BEFORE: whole, BROKEN: { ...whole, users: { ON: ['ann'] }, decide: run as never }, AFTER: whole };
}

test.each(FAULTS)('a decide that $decide gives the default and one error report', async ({ run, code, says }) => {
  const log = errorLog();
  const gate = createGatekeeper({ flags: flagsAround(run), ...log }).gateFor({ userId: 'bob' });

  const rejections = await unhandledRejections(() => {
    expect(gate.ff('BEFORE', 'ON')).toBe(true);
    expect(gate.ff('BROKEN', 'OFF')).toBe(true);
    expect(gate.ff('AFTER', 'ON')).toBe(true);
  });

  const errorCode = code === 'ERR_GK_DECIDE_THREW' ? 'GENERAL' : 'TYPE_MISMATCH';
  const expected = { flag: 'BROKEN', variant: 'OFF', value: 'OFF', source: 'error', reason: 'ERROR', errorCode };
  expect(gate.explain('BROKEN')).toEqual(expected);
  expect(rejections).toEqual([]);
  expect(log.errors).toEqual([expect.objectContaining({ code, flag: 'BROKEN' })]);
  expect(log.errors[0]?.message).toMatch(/^Flag BROKEN: decide /);
  expect(log.errors[0]?.message).toContain(says);
});

test.each(FAULTS)('a decide that $decide is not called if a user list or an override applies', ({ run }) => {
  const log = errorLog();
  const keeper = createGatekeeper({ flags: flagsAround(run), ...log });
  const cookie = overrideCookie({ BROKEN: 'ON' });

  expect(keeper.gateFor({ userId: 'ann' }).explain('BROKEN')).toMatchObject({ variant: 'ON', source: 'user' });
  expect(keeper.gateFor({ cookie, mayOverride: true }).ff('BROKEN', 'ON')).toBe(true);
  expect(log.errors).toEqual([]);
});

test('the value that decide threw is the cause of the error', () => {
  const log = errorLog();

  createGatekeeper({ flags: flagsAround(throwing(DOWN)), ...log })
    .gateFor()
    .ff('BROKEN', 'ON');

  expect(log.errors[0]?.cause).toBe(DOWN);
});

test('with an onError that fails, a failing flag still gets its default', () => {
  const onError = throwing(new Error('logger is down'));

  const gate = createGatekeeper({ flags: flagsAround(throwing(DOWN)), onError }).gateFor();

  expect(gate.explain('BROKEN')).toMatchObject({ variant: 'OFF', source: 'error' });
});
