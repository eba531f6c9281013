import { expect, test } from 'vitest';
import { GatekeeperError, quoted } from '../../../server-lib/core/gatekeeper-error.ts';

test.each([
  // value,                          as it stands in a message
  ['ON', '"ON"'],
  ['say "hi"', '"say \\"hi\\""'],
  ['a\r\nb\u001b[31m', '"a\\r\\nb\\u001b[31m"'],
  ['x'.repeat(80), `"${'x'.repeat(80)}"`],
  ['x'.repeat(81), `"${'x'.repeat(80)}…"`],
  [7, '"7"'],
  [7n, '"7"'],
  [Number.NaN, '"NaN"'],
  [true, '"true"'],
  [null, '"null"'],
  [undefined, '"undefined"'],
  [Symbol('s'), '"Symbol(s)"'],
  [['ON'], '"[object Array]"'],
  [{ toString: () => 'secret' }, '"[object Object]"'],
  [Promise.resolve(), '"[object Promise]"'],
])('%o is quoted as %s', (value, text) => {
  expect(quoted(value)).toBe(text);
});

test('what can only be looked at with an exception is quoted by its type', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();

  expect(quoted(proxy)).toBe('"object"');
});

test('an error carries its code, its flag and its cause', () => {
  const cause = new TypeError('no such method');

  const error = new GatekeeperError('ERR_GK_DECIDE_THREW', 'Flag A: decide threw', { flag: 'A', cause });

  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'GatekeeperError', code: 'ERR_GK_DECIDE_THREW', flag: 'A', cause });
  expect(error.stack).toContain('GatekeeperError');
});

test('an error without a cause has no field for one, and without a flag an undefined one', () => {
  const error = new GatekeeperError('ERR_GK_ENVIRONMENT', 'NODE_ENV is not set');

  expect(Object.hasOwn(error, 'cause')).toBe(false);
  expect(error.flag).toBeUndefined();
});
