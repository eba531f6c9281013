import { expect, test } from 'vitest';
import { LruCache } from '../../../../server-lib/core/lru-cache.ts';
import { validateGrantOptions } from '../../../../server-lib/permission/grants/grant-options.ts';
import { grantCookie, grantingSite } from '../../../helpers/grants/granting-site.ts';
import { GRANT_SITE, grantToken } from '../../../helpers/protocol/grant-vectors.ts';

const { now, keys } = GRANT_SITE;
const VISIT = { signedIn: 'u_42' };
const OPTIONS = { keys, origins: ['https://app.example.com'], authorize: () => null };

test('a grant issued in the future is invalid, even if its nbf is not', () => {
  const { grants } = grantingSite();
  const claims = { iat: now + 61, exp: now + 1_000, nbf: now };

  expect(grants.verify(grantCookie(grantToken({ claims })), VISIT)).toBeUndefined();
  expect(grants.verify(grantCookie(grantToken({ claims: { ...claims, iat: now + 60 } })), VISIT)).toBeDefined();
});

test('grants of every length up to 1,024 characters are issued and valid, a longer one is not issued', () => {
  // A kid of this length: base64url has no text of 4n + 1 characters, and with others 1,024 would need one.
  const keyOfEight = { kid: '12345678', secret: String(keys[0]?.secret) };
  const lengths = Array.from({ length: 128 }, (_, at) => {
    const scope = ['F'.repeat(128), 'G'.repeat(128), 'H'.repeat(128), 'I'.repeat(40), 'J'.repeat(at + 1)];
    const { grants } = grantingSite({
      keys: [keyOfEight],
      authorize: ({ signedIn }) => ({ sub: String(signedIn), scope }),
    });
    const token = grants.issue(VISIT)?.token;
    if (token !== undefined) expect(grants.verify(grantCookie(token), VISIT)).toBeDefined();
    return token?.length;
  });

  expect(lengths).toContain(1_024);
  expect(lengths).toContain(undefined);
});

test('reading a missing key drops no value', () => {
  const recent = new LruCache<number>(2);
  recent.set('a', 1);
  recent.set('b', 2);

  expect([recent.get('x'), recent.get('y'), recent.get('z')]).toEqual([undefined, undefined, undefined]);
  recent.set('b', 3);

  expect([recent.get('a'), recent.get('b')]).toEqual([1, 3]);
});

test.each(['http://127.100.0.1:3000', 'http://127.0.100.1', 'http://127.0.0.100'])('%s is this machine', (origin) => {
  expect(validateGrantOptions({ ...OPTIONS, origins: [origin] }).origins).toEqual([origin]);
});

test.each(['https://app*.example.com', 'https://a.example*', 'https://*.example.com'])(
  '%s is not a valid origin',
  (origin) => {
    expect(() => validateGrantOptions({ ...OPTIONS, origins: [origin] })).toThrow('must be an origin like');
  },
);

test('two keys with the same kid are refused, with the position and the reason', () => {
  const [key] = keys;

  expect(() => validateGrantOptions({ ...OPTIONS, keys: [key, key] as never })).toThrow('keys[1]: kid must be unique');
});
