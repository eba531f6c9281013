import { jwtVerify, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { grantCookie, grantingSite } from '../../../helpers/grants/granting-site.ts';
import { GOOD_GRANTS, GRANT_SITE } from '../../../helpers/protocol/grant-vectors.ts';

const { now, keys, origins, claims, header } = GRANT_SITE;
const ANN = { signedIn: 'u_42' };

function secretOf(kid: unknown): Uint8Array {
  return Buffer.from(String(keys.find((key) => key.kid === kid)?.secret), 'base64url');
}

/** The result of another library, jose, for a token. */
function verifiedByJose(token: string, at: number = now) {
  return jwtVerify(token, (protectedHeader) => secretOf(protectedHeader.kid), {
    algorithms: ['HS256'],
    typ: 'gk-grant+jwt',
    issuer: 'gatekeeper',
    audience: [...origins],
    currentDate: new Date(at * 1_000),
    clockTolerance: 60,
    requiredClaims: ['sub', 'iat', 'exp', 'jti', 'gen', 'scp'],
  });
}

test('jose verifies our grants, and reads the same claims', async () => {
  const { grants } = grantingSite();
  const issued = grants.issue(ANN);

  const { payload, protectedHeader } = await verifiedByJose(String(issued?.token));

  expect(protectedHeader).toEqual(header);
  expect(payload).toEqual({ ...claims, iat: now, exp: now + 28_800, jti: expect.stringMatching(/^[\w-]{22}$/) });
});

test('jose refuses our grants after they expire, and with another key', async () => {
  const token = String(grantingSite().grants.issue(ANN)?.token);
  const other = String(grantingSite({ keys: [{ kid: '2026-11', secret: 's'.repeat(43) }] }).grants.issue(ANN)?.token);

  await expect(verifiedByJose(token, now + 28_860)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
  await expect(verifiedByJose(other)).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
});

describe('jose verifies the valid rows of the table', () => {
  test.each(GOOD_GRANTS)('$title', async ({ token, now: at, subject }) => {
    expect((await verifiedByJose(token, at)).payload.sub).toBe(subject);
  });
});

function madeByJose(changes: object = {}, { kid = '2026-11' } = {}) {
  return new SignJWT({ ...claims, ...changes })
    .setProtectedHeader({ alg: 'HS256', typ: 'gk-grant+jwt', kid })
    .sign(secretOf(kid));
}

test.each([
  { made: 'as in the protocol', changes: {}, header: {} },
  { made: 'with the second key', changes: {}, header: { kid: '2026-05' } },
  { made: 'for both origins', changes: { aud: origins }, header: {} },
  { made: 'with nbf', changes: { nbf: now }, header: {} },
  { made: 'for two flags', changes: { scp: ['FLAG_A', 'FLAG_B'] }, header: {} },
  { made: 'with claims of their own', changes: { name: 'Ann', roles: ['qa'] }, header: {} },
])('a grant made by jose $made is valid', async ({ changes, header: fields }) => {
  const token = await madeByJose(changes, fields);

  expect(grantingSite().grants.verify(grantCookie(token), ANN)).toMatchObject({ subject: 'u_42' });
});

const LONG = { kid: 'long', secret: Buffer.alloc(64, 's') };

test.each([
  { made: 'with a long key', changes: {}, header: {}, counts: true },
  { made: 'with HS384', changes: {}, header: { alg: 'HS384' }, counts: false },
  { made: 'with the type JWT', changes: {}, header: { typ: 'JWT' }, counts: false },
  { made: 'for another site', changes: { aud: 'https://evil.example' }, header: {}, counts: false },
  { made: 'for a week', changes: { exp: now + 604_800 }, header: {}, counts: false },
])('a grant made by jose $made is valid: $counts', async ({ changes, header: fields, counts }) => {
  const token = await new SignJWT({ ...claims, ...changes })
    .setProtectedHeader({ alg: 'HS256', typ: 'gk-grant+jwt', kid: 'long', ...fields })
    .sign(LONG.secret);

  expect(grantingSite({ keys: [LONG] }).grants.verify(grantCookie(token), ANN) !== undefined).toBe(counts);
});
