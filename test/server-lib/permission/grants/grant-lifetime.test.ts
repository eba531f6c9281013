import { expect, test } from 'vitest';
import { createGrants } from '../../../../server-lib/permission/grants/grants.ts';
import { grantCookie, grantingSite } from '../../../helpers/grants/granting-site.ts';
import { GRANT_SITE, grantToken } from '../../../helpers/protocol/grant-vectors.ts';

const DAY = 86_400;
const ANN = { signedIn: 'u_42' };
const NEW_KEY = { kid: '2027-05', secret: Buffer.from('the third secret of the examples') };
const [FIRST, SECOND] = GRANT_SITE.keys as [{ kid: string; secret: string }, { kid: string; secret: string }];

/** A grant for Ann, issued by the site. */
function givenTo(site: ReturnType<typeof grantingSite>): string {
  return grantCookie(site.grants.issue(ANN)?.token ?? 'none was issued');
}

test('a key is rotated by inserting a new one first: it signs, and grants of the old key stay valid', () => {
  const before = grantingSite({ keys: [FIRST] });
  const old = givenTo(before);

  const after = grantingSite({ keys: [NEW_KEY, FIRST] });
  const fresh = givenTo(after);

  expect(after.grants.verify(old, ANN)).toBeDefined();
  expect(after.grants.verify(fresh, ANN)).toBeDefined();
  expect(before.grants.verify(fresh, ANN)).toBeUndefined();
});

test('grants of a removed key are invalid, even if its kid is used again', () => {
  const old = givenTo(grantingSite({ keys: [FIRST] }));

  expect(grantingSite({ keys: [NEW_KEY] }).grants.verify(old, ANN)).toBeUndefined();
  expect(grantingSite({ keys: [{ ...NEW_KEY, kid: FIRST.kid }] }).grants.verify(old, ANN)).toBeUndefined();
});

test('a secret is the same as bytes and in base64url', () => {
  const token = givenTo(grantingSite({ keys: [{ kid: 'k', secret: Buffer.from(SECOND.secret, 'base64url') }] }));

  expect(grantingSite({ keys: [{ kid: 'k', secret: SECOND.secret }] }).grants.verify(token, ANN)).toBeDefined();
});

test('overwriting a secret or adding an origin afterwards has no effect', () => {
  const secret = Buffer.from('the third secret of the examples');
  const origins = ['https://app.example.com'];
  const site = grantingSite({ keys: [{ kid: 'k', secret }], origins });
  const token = givenTo(site);
  const other = grantToken({ claims: { aud: 'https://evil.example' } });

  secret.fill(0);
  origins.push('https://evil.example');

  expect(site.grants.verify(token, ANN)).toBeDefined();
  expect(grantingSite({ origins }).grants.verify(grantCookie(other), ANN)).toBeDefined();
  expect(site.grants.origins).toEqual(['https://app.example.com']);
});

test.each([
  // `later` counts from the issue of the grant, for eight hours
  { later: 0, counts: true },
  { later: 28_799, counts: true },
  { later: 28_859, counts: true }, // the leeway
  { later: 28_860, counts: false },
  { later: DAY, counts: false },
  { later: 365 * DAY, counts: false },
  { later: -60, counts: true }, // a server whose clock is slow
  { later: -61, counts: false },
  { later: -DAY, counts: false },
])('a grant is valid $later seconds after its issue: $counts', ({ later, counts }) => {
  const site = grantingSite();
  const token = givenTo(site);
  const warm = grantingSite();
  warm.grants.verify(token, ANN);

  site.now += later;
  warm.now += later;

  expect(site.grants.verify(token, ANN) !== undefined).toBe(counts);
  expect(warm.grants.verify(token, ANN) !== undefined).toBe(counts);
});

test('a grant is invalid while the clock is a day ahead, and valid again afterwards', () => {
  const site = grantingSite();
  const token = givenTo(site);
  const counts = [DAY, -DAY, -DAY, DAY].map((jump) => {
    site.now += jump;
    return site.grants.verify(token, ANN) !== undefined;
  });

  expect(counts).toEqual([false, true, false, true]);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'with a clock at %s no grant is valid',
  (now) => {
    const site = grantingSite();
    const token = givenTo(site);
    site.grants.verify(token, ANN);

    site.now = now;

    expect(site.grants.verify(token, ANN)).toBeUndefined();
  },
);

test('a cached grant is refused as soon as it is revoked', () => {
  const revoked = new Set<string>();
  const site = grantingSite({ isRevoked: (jti, sub) => revoked.has(`${jti} ${sub}`) });
  const token = grantCookie(grantToken());
  expect(site.grants.verify(token, ANN)).toBeDefined();

  revoked.add(`${GRANT_SITE.claims.jti} u_42`);

  expect(site.grants.verify(token, ANN)).toBeUndefined();
});

test('a cached grant is valid for its own user only', () => {
  const { grants } = grantingSite();
  const token = grantCookie(grantToken());
  expect(grants.verify(token, ANN)).toBeDefined();

  expect(grants.verify(token, { signedIn: 'u_7' })).toBeUndefined();
  expect(grants.verify(token, { signedIn: null })).toBeUndefined();
  expect(grants.verify(token, ANN)).toBeDefined();
});

test('without subjectOf and isRevoked, a grant is valid for any request that has it', () => {
  const { keys, origins, now } = GRANT_SITE;
  const grants = createGrants(
    { keys, origins, authorize: () => null },
    () => {},
    () => now * 1_000,
  );

  expect(grants.verify(grantCookie(grantToken()), {})).toMatchObject({ subject: 'u_42' });
});

test('raising the generation invalidates every earlier grant', () => {
  const token = givenTo(grantingSite({ generation: 6 }));

  expect(grantingSite({ generation: 6 }).grants.verify(token, ANN)).toBeDefined();
  expect(grantingSite({ generation: 5 }).grants.verify(token, ANN)).toBeDefined();
  expect(grantingSite({ generation: 7 }).grants.verify(token, ANN)).toBeUndefined();
});

test('the application’s hooks are called only after every other check of the token', () => {
  const calls: string[] = [];
  const site = grantingSite({
    subjectOf: ({ signedIn }) => {
      calls.push('subjectOf');
      return signedIn;
    },
    isRevoked: () => {
      calls.push('isRevoked');
      return false;
    },
  });
  const verify = (token: string, signedIn: string | null = 'u_42') => {
    calls.length = 0;
    site.grants.verify(grantCookie(token), { signedIn });
    return [...calls];
  };

  expect(verify(grantToken({ secret: 'rotated out' }))).toEqual([]);
  expect(verify(grantToken({ claims: { exp: 1 } }))).toEqual([]);
  expect(verify(grantToken({ claims: { aud: 'https://evil.example' } }))).toEqual([]);
  expect(verify(grantToken(), 'u_7')).toEqual(['subjectOf']);
  expect(verify(grantToken())).toEqual(['subjectOf', 'isRevoked']);
  expect(verify(grantToken())).toEqual(['subjectOf', 'isRevoked']);
});

test('more grants than the cache can hold are all valid', () => {
  const { grants } = grantingSite();
  const tokens = Array.from({ length: 1_100 }, (_, at) => grantToken({ claims: { gen: 3 + at } })).map(grantCookie);

  expect(tokens.filter((token) => grants.verify(token, ANN) === undefined)).toEqual([]);
  expect(tokens.filter((token) => grants.verify(token, ANN) === undefined)).toEqual([]);
});

test('the default clock is the current time', () => {
  const { keys, origins } = GRANT_SITE;
  const grants = createGrants({ keys, origins, authorize: () => null }, () => {});
  const iat = Math.floor(Date.now() / 1_000);

  expect(grants.verify(grantCookie(grantToken({ claims: { iat, exp: iat + 100 } })), {})).toBeDefined();
  expect(grants.verify(grantCookie(grantToken({ claims: { iat: iat - 300, exp: iat - 200 } })), {})).toBeUndefined();
});
