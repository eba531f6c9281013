import { expect, test } from 'vitest';
import { type VisitorContext, visitorCookie } from '../../../../server-lib/core/request/visitor-cookie.ts';
import { GatekeeperError } from '../../../../server-lib/index.ts';

const ID = '0123456789abcdef0123456789abcdef';
const OTHER = 'fedcba9876543210fedcba9876543210';

/** A visitor whose response records its cookies. */
function visitorWith(more: Partial<VisitorContext> = {}) {
  const lines: string[] = [];
  const visitor: VisitorContext = {
    cookie: undefined,
    responseCookies: [],
    secure: false,
    setCookie: (line) => lines.push(line) > 0,
    ...more,
  };
  return { visitor, lines };
}

test('a visitor without an id gets a new one, in a cookie that only this server reads', () => {
  const { visitor, lines } = visitorWith();

  const id = visitorCookie()(undefined, visitor);

  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(lines).toEqual([`gk-visitor=${id}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax`]);
});

test.each([
  // options                                    secure  line
  [{}, true, 'gk-visitor=ID; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure'],
  [{ name: 'shop_visitor', maxAge: 60 }, false, 'shop_visitor=ID; Path=/; Max-Age=60; HttpOnly; SameSite=Lax'],
  [{ name: '__Host-v' }, false, '__Host-v=ID; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure'],
])('with %j over https: %s, the line is %s', (options, secure, line) => {
  const { visitor, lines } = visitorWith({ secure });

  const id = visitorCookie(options)(undefined, visitor);

  expect(lines).toEqual([line.replace('ID', String(id))]);
});

test('ids are different, and use all of their 128 bits', () => {
  const ids = Array.from({ length: 1_000 }, () => visitorCookie()(undefined, visitorWith().visitor) ?? '');

  expect(new Set(ids).size).toBe(1_000);
  const digits = Array.from({ length: 32 }, (_, at) => new Set(ids.map((id) => id[at])));
  expect(digits.every(({ size }) => size === 16)).toBe(true);
});

test.each([
  `gk-visitor=${ID}`,
  ` gk-visitor = ${ID} `,
  `a=1; gk-visitor=${ID}; b=2`,
  `gk-visitor=${ID}; gk-visitor=${OTHER}`,
  `gk-visitor=7; gk-visitor=${ID}`,
  `gk-visitor=; gk-visitor="${OTHER}"; gk-visitor=${ID}`,
])('the cookie %j has an id, and no other is created', (cookie) => {
  const { visitor, lines } = visitorWith({ cookie });

  expect(visitorCookie()(undefined, visitor)).toBe(ID);
  expect(lines).toEqual([]);
});

test.each([
  '',
  'gk-visitor',
  'gk-visitor=',
  'gk-visitor=7',
  `gk-visitor=${ID}0`,
  `gk-visitor=${ID.slice(1)}`,
  `gk-visitor=${ID.toUpperCase()}`,
  `gk-visitor="${ID}"`,
  `gk-visitor=${ID}, a=b`,
  `gk-visitor=${ID}%20`,
  `gk-visitor=${ID}\u00a0`,
  `\u00a0gk-visitor=${ID}`,
  `GK-Visitor=${ID}`,
  `xgk-visitor=${ID}`,
  `a="; gk-visitor=x${ID}"`,
  'gk-visitor=__proto__',
  `gk-visitor=${'a'.repeat(8_000)}`,
  `gk-visitor=${'g'.repeat(32)}`,
  `gk-visitor=${'٣'.repeat(32)}`,
  `gk-visitor=${ID}\n`,
])('the cookie %j has no id', (cookie) => {
  const { visitor, lines } = visitorWith({ cookie });

  const id = visitorCookie()(undefined, visitor);

  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(id).not.toBe(ID);
  expect(lines).toHaveLength(1);
});

test('an id that the response sets already is used, before that of the request', () => {
  const responseCookies = ['session=1; Path=/', `gk-visitor=${ID}; Path=/; Max-Age=2592000`];
  const { visitor, lines } = visitorWith({ responseCookies, cookie: `gk-visitor=${OTHER}` });

  expect(visitorCookie()(undefined, visitor)).toBe(ID);
  expect(lines).toEqual([]);
});

test('a response that can set no cookie any more gives no id', () => {
  const { visitor } = visitorWith({ setCookie: () => false });

  expect(visitorCookie()(undefined, visitor)).toBeUndefined();
});

test.each([
  // options                       message
  [{ name: '' }, 'name must be a cookie name'],
  [{ name: 'a b' }, 'name must be a cookie name'],
  [{ name: 'a;b' }, 'name must be a cookie name'],
  [{ name: 'gatekeeper' }, 'name must be a cookie name'],
  [{ name: '__Host-gatekeeper' }, 'name must be a cookie name'],
  [{ name: '__Host-gatekeeper-grant' }, 'name must be a cookie name'],
  [{ name: 7 }, 'name must be a cookie name'],
  [{ maxAge: 0 }, 'maxAge must be a whole number of seconds'],
  [{ maxAge: 1.5 }, 'maxAge must be a whole number of seconds'],
  [{ maxAge: '60' }, 'maxAge must be a whole number of seconds'],
  [{ maxAge: 34_560_001 }, 'maxAge must be a whole number of seconds'],
  [{ maxage: 60 }, 'there is no option "maxage"; did you mean "maxAge"?'],
  ['gk-visitor', 'options must be an object'],
])('the options %j are refused: %s', (options, message) => {
  const create = () => visitorCookie(options as never);

  expect(create).toThrow(GatekeeperError);
  expect(create).toThrow(message);
});
