import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCookie } from '../../../../server-lib/wire/cookie-header.ts';
import { mutationsOf, propertyTimeout, runs } from '../../../arbitraries/mutations.ts';
import { grantCookie, grantingSite } from '../../../helpers/grants/granting-site.ts';
import { GOOD_GRANTS, GRANT_SITE, GRANT_VECTORS, grantToken } from '../../../helpers/protocol/grant-vectors.ts';
import { refusingStep } from '../../../helpers/protocol/reference-grant.ts';

const ANN = { now: GRANT_SITE.now, signedIn: GRANT_SITE.signedIn };
const byte = fc.nat({ max: 0xff }).map((code) => String.fromCharCode(code));
const NAME = '__Host-gatekeeper-grant';

// The grants that are valid for Ann at the site's time: any other valid one is forged.
const good = GOOD_GRANTS.filter(({ now, signedIn, cookie, token }) => {
  return now === ANN.now && signedIn === ANN.signedIn && cookie === grantCookie(token);
}).map(({ token }) => token);

test('random bytes are not a grant', { timeout: propertyTimeout() }, () => {
  const { grants, log } = grantingSite();
  const segment = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('base64url'));
  const compact = fc.tuple(segment, segment, segment).map((segments) => segments.join('.'));
  const likely = fc
    .tuple(fc.constant(String(good[0]?.split('.')[0])), segment, segment)
    .map((parts) => parts.join('.'));
  const start = fc.constantFrom('', `${NAME}=`, `a=1; ${NAME}=`);

  fc.assert(
    fc.property(start, fc.oneof(fc.string({ unit: byte, maxLength: 80 }), compact, likely), (before, text) => {
      expect(grants.verify(before + text, ANN)).toBeUndefined();
    }),
    runs(20_000),
  );
  expect(log.errors).toEqual([]);
});

test('a valid grant that is changed anywhere is invalid', { timeout: propertyTimeout() }, () => {
  const { grants, log } = grantingSite();
  const cookies = good.map(grantCookie);
  let passed = 0;

  fc.assert(
    fc.property(mutationsOf(cookies, byte), (cookie) => {
      const isUnchanged = good.includes(findCookie(cookie, NAME) ?? '');

      expect(grants.verify(cookie, ANN) !== undefined).toBe(isUnchanged);
      if (isUnchanged) passed += 1;
    }),
    runs(40_000),
  );
  expect(passed).toBeGreaterThan(0); // a blank before the value changes nothing
  expect(log.errors).toEqual([]);
});

test('a flipped bit anywhere in a valid grant makes it invalid', () => {
  const { grants } = grantingSite();
  const token = grantToken();
  const turned = [...token].flatMap((letter, at) =>
    [1, 2, 4, 8, 16, 32, 64, 128].map((bit) => {
      return token.slice(0, at) + String.fromCharCode(letter.charCodeAt(0) ^ bit) + token.slice(at + 1);
    }),
  );

  const [first, ...others] = [token, ...turned].map((one) => grants.verify(grantCookie(one), ANN));

  expect(first).toBeDefined();
  expect(others).toHaveLength(token.length * 8);
  // A new semicolon or blank at either end is not part of the token.
  expect(turned.filter((one, at) => others[at] !== undefined && findCookie(grantCookie(one), NAME) !== token)).toEqual(
    [],
  );
});

test('mutated rows of the table are read as the protocol specifies', {
  timeout: propertyTimeout(),
}, () => {
  const { grants } = grantingSite();
  const cookies = GRANT_VECTORS.map(({ cookie }) => cookie).filter((cookie) => cookie.length < 2_000);

  fc.assert(
    fc.property(mutationsOf(cookies, byte), (cookie) => {
      const token = findCookie(cookie, NAME);
      const counts = token !== undefined && refusingStep(token, ANN) === undefined;

      expect(grants.verify(cookie, ANN) !== undefined).toBe(counts);
    }),
    runs(20_000),
  );
});

// Close to the limits, so that many of the tokens are valid.
const odd = fc.oneof(
  fc.constantFrom(null, true, '', '*', '0', 'u_42', [], {}, 0, -1, 0.5, 3, 1e300, 2 ** 53, 'gatekeeper'),
  fc.jsonValue({ maxDepth: 2 }),
);
const around = (...centres: readonly number[]) =>
  fc.tuple(fc.constantFrom(...centres), fc.integer({ min: -2, max: 2 })).map(([centre, step]) => centre + step);
const { now } = GRANT_SITE;
const sometimes = <Value>(likely: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 30, arbitrary: likely }, { weight: 1, arbitrary: odd });

const anyClaims = fc.record(
  {
    iss: sometimes(fc.constant('gatekeeper')),
    aud: sometimes(
      fc.constantFrom<unknown>(...GRANT_SITE.origins, GRANT_SITE.origins, ['x', GRANT_SITE.origins[1]], ['x'], 'x'),
    ),
    sub: sometimes(fc.constant('u_42')),
    iat: sometimes(fc.oneof(around(now - 100), around(now + 60, now - 86_400 + 28_800))),
    exp: sometimes(fc.oneof(around(now + 100), around(now - 60, now, now + 28_800, now + 86_300))),
    jti: sometimes(
      fc.oneof(
        fc.constantFrom('a'.repeat(16), GRANT_SITE.revoked[0]?.jti),
        fc.base64String({ minLength: 14, maxLength: 66 }),
      ),
    ),
    gen: sometimes(around(3)),
    scp: sometimes(
      fc.oneof(
        fc.constant(['*']),
        fc.array(fc.constantFrom('FLAG_A', 'b', '*', '', '-'), { maxLength: 3 }),
        fc.array(fc.constant('F'), { minLength: 62, maxLength: 66 }),
      ),
    ),
    nbf: sometimes(around(now, now + 60)),
    extra: odd,
  },
  { requiredKeys: ['iss', 'aud', 'sub', 'iat', 'exp', 'jti', 'gen', 'scp'] },
);

test('any payload signed with a valid key is read as the protocol specifies', { timeout: propertyTimeout() }, () => {
  const { grants, log } = grantingSite();
  let passed = 0;

  fc.assert(
    fc.property(anyClaims, (claims) => {
      const token = grantToken({ claims });
      const counts = refusingStep(token, ANN) === undefined;

      expect(grants.verify(grantCookie(token), ANN) !== undefined).toBe(counts);
      if (counts) passed += 1;
    }),
    runs(15_000),
  );
  expect(passed).toBeGreaterThan(10);
  expect(log.errors).toEqual([]);
});

test('any header signed with a valid key is read as the protocol specifies', {
  timeout: propertyTimeout(),
}, () => {
  const { grants } = grantingSite();
  const anyHeader = fc.record(
    {
      alg: sometimes(fc.constantFrom('HS256', 'HS256', 'none')),
      typ: sometimes(fc.constantFrom('gk-grant+jwt', 'gk-grant+jwt', 'JWT')),
      kid: sometimes(fc.constantFrom('2026-11', '2026-11', '2026-05')),
      crit: odd,
    },
    { requiredKeys: ['alg', 'typ'] },
  );
  const text = fc.constantFrom('$json', '$json', ' $json', '{"alg":"HS256",$members}', '\ufeff$json');

  fc.assert(
    fc.property(anyHeader, text, (header, headerText) => {
      const token = grantToken({ header, headerText });

      expect(grants.verify(grantCookie(token), ANN) !== undefined).toBe(refusingStep(token, ANN) === undefined);
    }),
    runs(10_000),
  );
});

test('an issued grant is valid for its user; one that is too long is reported', { timeout: propertyTimeout() }, () => {
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,20}$/);
  const scope = fc.oneof(fc.constant(['*']), fc.uniqueArray(name, { maxLength: 64 }));
  const sub = fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 128 }), fc.integer());

  fc.assert(
    fc.property(sub, scope, (signedIn, names) => {
      const { grants, log } = grantingSite({ authorize: () => ({ sub: signedIn, scope: names }) });
      const issued = grants.issue({ signedIn });
      if (issued === undefined) {
        expect(log.codes).toEqual(['ERR_GK_GRANT_HOOK']);
        return; // not the return value of expect(), which fast-check would take as the result
      }

      expect(grants.verify(grantCookie(issued.token), { signedIn })).toEqual({
        scope: names[0] === '*' ? '*' : new Set(names),
        expiresAt: now + 28_800,
        subject: String(signedIn),
      });
    }),
    runs(3_000),
  );
});
