import { expect, test } from 'vitest';
import { createGatekeeper, defineFlags, GatekeeperError } from '../../../../server-lib/index.ts';

const NAME = 'a letter or digit, then at most 127 letters, digits, "_", "." or "-"';
const ON = { variants: ['ON', 'OFF'], default: 'OFF' };
const LONG = 'A'.repeat(129);

const CIRCLE: { self?: object } = {};
CIRCLE.self = CIRCLE;
const raise = (): never => {
  throw new Error('no');
};

const MISTAKES = [
  {
    flags: { 'MY FLAG': ON },
    code: 'ERR_GK_NAME',
    flag: 'MY FLAG',
    message: `Flag "MY FLAG": its name must be ${NAME}`,
  },
  { flags: { '': ON }, code: 'ERR_GK_NAME', flag: '', message: `Flag "": its name must be ${NAME}` },
  { flags: { _A: ON }, code: 'ERR_GK_NAME', flag: '_A', message: `Flag "_A": its name must be ${NAME}` },
  {
    flags: { ['__proto__']: ON },
    code: 'ERR_GK_NAME',
    flag: '__proto__',
    message: `Flag "__proto__": its name must be ${NAME}`,
  },
  { flags: { 'A;B': ON }, code: 'ERR_GK_NAME', flag: 'A;B', message: `Flag "A;B": its name must be ${NAME}` },
  { flags: { 'A\n': ON }, code: 'ERR_GK_NAME', flag: 'A\n', message: `Flag "A\\n": its name must be ${NAME}` },
  {
    flags: { [LONG]: ON },
    code: 'ERR_GK_NAME',
    flag: LONG,
    message: `Flag "${'A'.repeat(80)}…": its name must be ${NAME}`,
  },

  {
    flags: { A: undefined },
    code: 'ERR_GK_OPTIONS',
    message: 'Flag A: expected { variants, default }; got "undefined"',
  },
  { flags: { A: null }, code: 'ERR_GK_OPTIONS', message: 'Flag A: expected { variants, default }; got "null"' },
  { flags: { A: 'ON' }, code: 'ERR_GK_OPTIONS', message: 'Flag A: expected { variants, default }; got "ON"' },
  {
    flags: { A: { ...ON, decide: 'ON' } },
    code: 'ERR_GK_OPTIONS',
    message: 'Flag A: decide must be a function; got "ON"',
  },
  {
    flags: { A: { ...ON, decide: null } },
    code: 'ERR_GK_OPTIONS',
    message: 'Flag A: decide must be a function; got "null"',
  },
  {
    flags: { A: { ...ON, overridable: 'false' } },
    code: 'ERR_GK_OPTIONS',
    message: 'Flag A: overridable must be true or false; got "false"',
  },
  {
    flags: { A: { ...ON, overridable: 0 } },
    code: 'ERR_GK_OPTIONS',
    message: 'Flag A: overridable must be true or false; got "0"',
  },
  {
    flags: { A: { ...ON, overridable: undefined } },
    code: 'ERR_GK_OPTIONS',
    message: 'Flag A: overridable must be true or false; got "undefined"',
  },
  {
    flags: { A: { ...ON, hidden: undefined } },
    code: 'ERR_GK_OPTIONS',
    message: 'Flag A: hidden must be true or false; got "undefined"',
  },
  {
    flags: { A: { ...ON, hidden: 1 } },
    code: 'ERR_GK_OPTIONS',
    message: 'Flag A: hidden must be true or false; got "1"',
  },

  {
    flags: { A: { ...ON, overideable: false } },
    code: 'ERR_GK_OPTIONS',
    message: 'Flag A: there is no option "overideable"; did you mean "overridable"?',
  },
  {
    flags: { A: { ...ON, Hidden: true } },
    code: 'ERR_GK_OPTIONS',
    message: 'Flag A: there is no option "Hidden"; did you mean "hidden"?',
  },
  {
    flags: { A: { ...ON, user: { ON: [1] } } },
    code: 'ERR_GK_OPTIONS',
    message: 'Flag A: there is no option "user"; did you mean "users"?',
  },

  ...['description', 'owner', 'url', 'createdAt', 'expiresAt'].map((field) => ({
    flags: { A: { ...ON, [field]: 7n } },
    code: 'ERR_GK_OPTIONS',
    message: `Flag A: ${field} must be a string; got a bigint`,
  })),
  {
    flags: { A: { ...ON, description: () => 'new' } },
    code: 'ERR_GK_OPTIONS',
    message: 'Flag A: description must be a string; got a function',
  },
  {
    flags: { A: { ...ON, tags: 'shop' } },
    code: 'ERR_GK_OPTIONS',
    message: 'Flag A: tags must be an array of strings; got a string of 4 characters',
  },
  {
    flags: { A: { ...ON, tags: ['shop', 7n] } },
    code: 'ERR_GK_OPTIONS',
    message: 'Flag A: tags[1] must be a string; got a bigint',
  },
  ...[
    { what: 'got a bigint', value: 7n },
    { what: 'got a symbol', value: Symbol('note') },
    { what: 'got a function', value: () => 'note' },
    { what: 'it cannot be serialized: TypeError: Do not know how to serialize a BigInt', value: { limit: 7n } },
    { what: 'it cannot be serialized: TypeError: Converting circular structure to JSON', value: CIRCLE },
    { what: 'it cannot be serialized: Error: no', value: { toJSON: raise } },
  ].map(({ what, value }) => ({
    flags: { A: { ...ON, ticket: value } },
    code: 'ERR_GK_OPTIONS',
    message: `Flag A: "ticket" must be JSON; ${what}`,
  })),
  {
    flags: { A: Object.defineProperty({ ...ON }, 'owner', { enumerable: true, get: raise }) },
    code: 'ERR_GK_OPTIONS',
    message: 'Flag A: a field of its definition cannot be read: Error: no',
  },

  { flags: { A: {} }, code: 'ERR_GK_VARIANTS', message: "Flag A: variants must be a non-empty array, ['ON', 'OFF']" },
  {
    flags: { A: { variants: [], default: 'ON' } },
    code: 'ERR_GK_VARIANTS',
    message: "Flag A: variants must be a non-empty array, ['ON', 'OFF']",
  },
  {
    flags: { A: { variants: 'ON', default: 'ON' } },
    code: 'ERR_GK_VARIANTS',
    message: "Flag A: variants must be a non-empty array, ['ON', 'OFF']",
  },
  {
    flags: { A: { variants: ['O N'], default: 'O N' } },
    code: 'ERR_GK_VARIANTS',
    message: `Flag A: variant "O N" must be ${NAME}`,
  },
  {
    flags: { A: { variants: ['ON', undefined], default: 'ON' } },
    code: 'ERR_GK_VARIANTS',
    message: `Flag A: variant "undefined" must be ${NAME}`,
  },
  {
    flags: { A: { variants: ['ON', true], default: 'ON' } },
    code: 'ERR_GK_VARIANTS',
    message: `Flag A: variant "true" must be ${NAME}`,
  },
  {
    flags: { A: { variants: ['ON', 'OFF', 'ON'], default: 'ON' } },
    code: 'ERR_GK_VARIANTS',
    message: 'Flag A: variant "ON" is listed twice; list it once',
  },
  {
    flags: { A: { variants: ['ON', 'OFF'] } },
    code: 'ERR_GK_VARIANTS',
    message: 'Flag A: default "undefined" is not one of ON, OFF',
  },
  {
    flags: { CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'ONEPAGE' } },
    code: 'ERR_GK_VARIANTS',
    flag: 'CHECKOUT',
    message: 'Flag CHECKOUT: default "ONEPAGE" is not one of CLASSIC, ONE_PAGE; did you mean "ONE_PAGE"?',
  },

  {
    flags: { A: { ...ON, users: { NO: [1] } } },
    code: 'ERR_GK_USERS',
    message: 'Flag A: users names "NO", which is not one of ON, OFF; did you mean "ON"?',
  },
  {
    flags: { A: { ...ON, users: null } },
    code: 'ERR_GK_USERS',
    message: 'Flag A: users must be arrays of user ids by variant; got null',
  },
  {
    flags: { A: { ...ON, users: [1, 2, 3] } },
    code: 'ERR_GK_USERS',
    message: 'Flag A: users must be arrays of user ids by variant; got an array',
  },
  {
    flags: { A: { ...ON, users: { ON: 1 } } },
    code: 'ERR_GK_USERS',
    message: 'Flag A: users.ON must be an array of user ids; got a number',
  },
  {
    flags: { A: { ...ON, users: { ON: [1, null] } } },
    code: 'ERR_GK_USERS',
    message: 'Flag A: users.ON must contain strings or numbers; got null',
  },
  {
    flags: { A: { ...ON, users: { ON: [Number.NaN] } } },
    code: 'ERR_GK_USERS',
    message: 'Flag A: users.ON must contain strings or numbers; got NaN',
  },
  {
    flags: { A: { ...ON, users: { ON: [4711n] } } },
    code: 'ERR_GK_USERS',
    message: 'Flag A: users.ON must contain strings or numbers; got a bigint',
  },
  {
    flags: { A: { ...ON, users: { ON: [2 ** 53] } } },
    code: 'ERR_GK_USERS',
    message:
      'Flag A: users.ON must contain strings or numbers; got a number above 2^53, which has lost its last digits',
  },
  {
    flags: { A: { ...ON, users: 'ann@example.com' } },
    code: 'ERR_GK_USERS',
    message: 'Flag A: users must be arrays of user ids by variant; got a string of 15 characters',
  },
  {
    flags: { A: { ...ON, users: { ON: 'ann@example.com' } } },
    code: 'ERR_GK_USERS',
    message: 'Flag A: users.ON must be an array of user ids; got a string of 15 characters',
  },
  {
    flags: { A: { ...ON, users: { 'ann@example.com': 'ON' } } },
    code: 'ERR_GK_USERS',
    message: 'Flag A: users names an id, which is not one of ON, OFF',
  },
  {
    flags: { A: { ...ON, users: { ON: [7], OFF: ['7'] } } },
    code: 'ERR_GK_USERS',
    message: 'Flag A: users.OFF and users.ON contain the same id, entry 1 of users.OFF; keep one',
  },
];

test.each(MISTAKES)('$code: $message', ({ flags, code, flag = 'A', message }) => {
  for (const use of [() => defineFlags(flags as never), () => createGatekeeper({ flags: flags as never })]) {
    expect(use).toThrow(GatekeeperError);
    expect(use).toThrow(expect.objectContaining({ name: 'GatekeeperError', code, flag, message }));
  }
});

test.each([undefined, null, 'FLAGS', [ON]])('flags that are %j are refused with the expected shape', (flags) => {
  expect(() => defineFlags(flags as never)).toThrow(
    expect.objectContaining({
      code: 'ERR_GK_OPTIONS',
      message: expect.stringMatching(/^defineFlags: expected flags by name, .*; got "/),
    }),
  );
});
