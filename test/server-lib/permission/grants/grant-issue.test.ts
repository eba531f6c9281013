import { expect, test } from 'vitest';
import { grantCookie, grantingSite, type SiteRequest } from '../../../helpers/grants/granting-site.ts';
import { GRANT_SITE } from '../../../helpers/protocol/grant-vectors.ts';
import { refusingStep } from '../../../helpers/protocol/reference-grant.ts';

const ANN: SiteRequest = { signedIn: 'u_42' };

const decoded = (segment: string | undefined) => JSON.parse(Buffer.from(String(segment), 'base64url').toString());

test('a grant has the claims of the protocol, in that order', () => {
  const issued = grantingSite().grants.issue(ANN);
  const [header, payload] = String(issued?.token).split('.');
  const { jti, ...claims } = decoded(payload);

  expect(Buffer.from(String(header), 'base64url').toString()).toBe(
    '{"alg":"HS256","typ":"gk-grant+jwt","kid":"2026-11"}',
  );
  expect(Object.keys(decoded(payload))).toEqual(['iss', 'aud', 'sub', 'iat', 'exp', 'jti', 'gen', 'scp']);
  expect(claims).toEqual({
    iss: 'gatekeeper',
    aud: 'https://app.example.com',
    sub: 'u_42',
    iat: GRANT_SITE.now,
    exp: GRANT_SITE.now + 28_800,
    gen: 3,
    scp: ['*'],
  });
  expect(Buffer.from(jti, 'base64url')).toHaveLength(16);
  expect(refusingStep(String(issued?.token), { now: GRANT_SITE.now, ...ANN })).toBeUndefined();
});

test('the cookie is for this host and https only, not readable by scripts, and expires with the grant', () => {
  const issued = grantingSite({ maxAge: 600 }).grants.issue(ANN);

  expect(issued?.setCookie).toBe(
    `__Host-gatekeeper-grant=${issued?.token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600`,
  );
  expect(issued?.expiresIn).toBe(600);
  expect(grantingSite().grants.clearCookie).toBe(
    '__Host-gatekeeper-grant=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
  );
});

test('times are whole seconds', () => {
  const site = grantingSite();
  site.now += 0.999;

  expect(decoded(site.grants.issue(ANN)?.token.split('.')[1]).iat).toBe(GRANT_SITE.now);
});

test('no two grants have the same id', () => {
  const { grants } = grantingSite();
  const ids = Array.from({ length: 1_000 }, () => decoded(grants.issue(ANN)?.token.split('.')[1]).jti);

  expect(new Set(ids).size).toBe(1_000);
});

test.each([
  { sub: 'u_42', subject: 'u_42' },
  { sub: 42, subject: '42' },
  { sub: 0, subject: '0' },
  { sub: 'Jürgen', subject: 'Jürgen' },
  { sub: '\ud800', subject: '\ud800' },
  { sub: 'u'.repeat(128), subject: 'u'.repeat(128) },
])('a grant for $sub is valid for that user', ({ sub, subject }) => {
  const { grants } = grantingSite();
  const token = grantCookie(String(grants.issue({ signedIn: sub })?.token));

  expect(grants.verify(token, { signedIn: sub })).toEqual({
    scope: '*',
    expiresAt: GRANT_SITE.now + 28_800,
    subject,
  });
  expect(grants.verify(token, ANN) !== undefined).toBe(sub === 'u_42');
});

test.each([
  { scope: ['*'], covers: '*' },
  { scope: ['FLAG_A'], covers: new Set(['FLAG_A']) },
  { scope: ['FLAG_B', 'FLAG_A', 'FLAG_B'], covers: new Set(['FLAG_B', 'FLAG_A']) },
  { scope: [], covers: new Set() },
  { scope: '*', covers: '*' },
])('a grant for the scope $scope covers $covers', ({ scope, covers }) => {
  const { grants } = grantingSite({ authorize: () => ({ sub: 'u_42', scope }) as never });

  expect(grants.verify(grantCookie(String(grants.issue(ANN)?.token)), ANN)?.scope).toEqual(covers);
});

const NOT_A_NAME = 'an array with an entry that is not a flag name';

test.each([
  { scope: 'no scope', result: { sub: 'u_42' }, got: 'undefined' },
  {
    scope: 'an inherited scope',
    result: Object.assign(Object.create({ scope: '*' }), { sub: 'u_42' }),
    got: 'undefined',
  },
  { scope: 'an undefined scope', result: { sub: 'u_42', scope: undefined }, got: 'undefined' },
  { scope: 'a null scope', result: { sub: 'u_42', scope: null }, got: 'null' },
  { scope: 'an empty string', result: { sub: 'u_42', scope: '' }, got: 'string' },
  { scope: 'a name, not in an array', result: { sub: 'u_42', scope: 'FLAG_A' }, got: 'string' },
  { scope: 'two stars', result: { sub: 'u_42', scope: '**' }, got: 'string' },
  { scope: 'a false scope', result: { sub: 'u_42', scope: false }, got: 'boolean' },
  { scope: 'a true scope', result: { sub: 'u_42', scope: true }, got: 'boolean' },
  { scope: 'an object', result: { sub: 'u_42', scope: { 0: '*', length: 1 } }, got: 'object' },
  { scope: 'a String object', result: { sub: 'u_42', scope: Object('*') }, got: 'object' },
  { scope: 'a promised scope', result: { sub: 'u_42', scope: async () => '*' }, got: 'function' },
  { scope: 'a set scope', result: { sub: 'u_42', scope: new Set(['FLAG_A']) }, got: 'object' },
  { scope: 'an array of holes', result: { sub: 'u_42', scope: new Array(2) }, got: NOT_A_NAME },
  { scope: 'a bad name', result: { sub: 'u_42', scope: ['FLAG A'] }, got: NOT_A_NAME },
  { scope: 'a star among names', result: { sub: 'u_42', scope: ['*', 'FLAG_A'] }, got: NOT_A_NAME },
  { scope: '65 names', result: { sub: 'u_42', scope: Array(65).fill('FLAG_A') }, got: '65 names' },
  { scope: 'a hole', result: { sub: 'u_42', scope: [undefined] }, got: NOT_A_NAME },
])('authorize with the scope $scope gives no grant, and the error says what it got', ({ result, got }) => {
  const site = grantingSite({ authorize: () => result as never });

  expect(site.grants.issue(ANN)).toBeUndefined();
  expect(site.grants.isEligible(ANN)).toBe(false);
  const message = `authorize: scope must be '*' or an array of at most 64 flag names; got ${got}`;
  expect(site.log.errors.map((error) => [error.code, error.message])).toEqual([
    ['ERR_GK_GRANT_HOOK', message],
    ['ERR_GK_GRANT_HOOK', message],
  ]);
});

test('a grant that would be too long is not issued, and an error is reported', () => {
  const scope = Array.from({ length: 64 }, (_, at) => `A_RATHER_LONG_NAME_OF_A_FLAG_${at}`);
  const site = grantingSite({ authorize: () => ({ sub: 'u_42', scope }) });

  expect(site.grants.issue(ANN)).toBeUndefined();
  expect(site.log.codes).toEqual(['ERR_GK_GRANT_HOOK']);
  expect(site.log.errors[0]?.message).toMatch(
    /^authorize: a grant must have at most 1024 characters; got \d{4}\. Use a shorter scope$/,
  );
});

test('only users that authorize returns are eligible', () => {
  const { grants, log } = grantingSite();

  expect(grants.isEligible(ANN)).toBe(true);
  expect(grants.isEligible({ signedIn: null })).toBe(false);
  expect(grants.issue({ signedIn: null })).toBeUndefined();
  expect(log.errors).toEqual([]);
});
