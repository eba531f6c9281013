import { expect, test } from 'vitest';
import { GatekeeperError } from '../../../server-lib/core/errors.ts';
import { kindOf, quoted } from '../../../server-lib/core/values.ts';

test.each([
  // value,                          in a message
  ['ON', '"ON"'],
  ['say "hi"', '"say \\"hi\\""'],
  ['a\r\nb\u001b[31m', '"a\\r\\nb\\u001b[31m"'],
  ['\u202Etxt.exe\u2028\u007f', '"\\u202etxt.exe\\u2028\\u007f"'],
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

test('a value that throws when it is read is quoted as its type', () => {
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

test('the message of an error is one line without control characters, at most 2,000 characters long', () => {
  const { message, stack } = new GatekeeperError(
    'ERR_GK_RULES_NOTICE',
    `Flag \u202Egpj\r\n\u001b[2J: ${'x'.repeat(8_000_000)}`,
  );

  expect(message).toMatch(/^Flag \\u202egpj\\r\\n\\u001b\[2J: x+…$/);
  expect(message).toHaveLength(2_000);
  expect(stack).not.toMatch(/[\p{Cf}]/u);
});

test.each([
  // value,                 its description
  ['ann@example.com', 'a string of 15 characters'],
  [4711n, 'a bigint'],
  [7, 'a number'],
  [2 ** 53, 'a number above 2^53, which has lost its last digits'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'an infinite number'],
  [true, 'a boolean'],
  [null, 'null'],
  [undefined, 'undefined'],
  [Symbol('ann'), 'a symbol'],
  [() => 'ann', 'a function'],
  [['ann'], 'an array'],
  [{ toString: () => 'ann' }, 'an object'],
])('an id that is %o is described as %s', (value, kind) => {
  expect(kindOf(value)).toBe(kind);
});
