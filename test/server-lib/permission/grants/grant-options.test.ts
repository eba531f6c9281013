import { expect, test } from 'vitest';
import type { GrantOptions } from '../../../../server-lib/permission/grants/grant-options.ts';
import { createGrants } from '../../../../server-lib/permission/grants/grants.ts';
import { keyBytes } from '../../../helpers/grants/key-bytes.ts';
import { changed, GOOD, KEY, SECRET, thrownBy } from '../../../helpers/grants/refused-options.ts';
import { withPollutedPrototype } from '../../../helpers/polluted-prototype.ts';

test.each([
  'http://app.example.com',
  'https://app.example.com/',
  'https://app.example.com/path',
  'https://app.example.com?',
  'https://app.example.com#',
  'https://app.example.com:443',
  'https://APP.example.com',
  'HTTPS://app.example.com',
  'https://user@app.example.com',
  'https://bücher.example',
  'https://*.example.com',
  'https://*',
  'https://app.example.com,https://beta.example.com',
  'https://app.example.com https://beta.example.com',
  ' https://app.example.com',
  'https://app.example.com\n',
  'app.example.com',
  '//app.example.com',
  '*',
  'null',
  '',
  'file:///index.html',
  'chrome-extension://abcdefghijklmnop',
  'ws://localhost:3000',
  'blob:https://app.example.com/1',
  'http://localhost.evil.example',
  'http://evil.example/localhost',
  'http://127.0.0.1.evil.example',
  'http://128.0.0.1',
  'http://127.1',
  'http://192.168.0.2',
  'http://0.0.0.0:3000',
  'http://[::2]:3000',
  'http://mylocalhost',
  undefined,
  null,
  7,
  ['https://app.example.com'],
  new URL('https://app.example.com'),
])('the origin %o is refused, even after a valid one', (origin) => {
  for (const origins of [[origin], ['https://app.example.com', origin]]) {
    const error = thrownBy(changed({ origins }));

    expect(error.code).toBe('ERR_GK_GRANTS');
    expect(error.message).toMatch(
      /^grants: origins\[\d\] must be an origin like https:\/\/app\.example\.com, .*; got "/,
    );
  }
});

test.each([
  'https://app.example.com',
  'https://app.example.com:8443',
  'https://xn--bcher-kva.example',
  'https://localhost',
  'https://192.168.0.2',
  'https://[2001:db8::1]',
  'https://a_b.example.com',
  'http://localhost',
  'http://localhost:3000',
  'http://127.0.0.1:3000',
  'http://127.8.9.10',
  'http://[::1]:3000',
])('the origin %s is accepted', (origin) => {
  expect(createGrants(changed({ origins: [origin] }), () => {}).origins).toEqual([origin]);
});

test.each([
  { options: undefined, says: 'expected { keys, origins, authorize }; got "undefined"' },
  { options: null, says: 'expected { keys, origins, authorize }' },
  { options: 'grants', says: 'expected { keys, origins, authorize }' },
  { options: [GOOD], says: 'expected { keys, origins, authorize }' },
  { options: {}, says: "origins must be a non-empty array, ['https://app.example.com']" },
  // If it were ignored, a misspelt hook would accept grants that it should refuse.
  { options: changed({ isRevokd: () => true }), says: 'there is no option "isRevokd"; did you mean "isRevoked"?' },
  { options: changed({ subject: () => 'u_42' }), says: 'there is no option "subject"; did you mean "subjectOf"?' },
  { options: changed({ origins: [] }), says: 'origins must be a non-empty array' },
  { options: changed({ origins: undefined }), says: 'origins must be a non-empty array' },
  { options: changed({ origins: 'https://app.example.com' }), says: 'origins must be a non-empty array' },
  { options: changed({ origins: new Set(['https://app.example.com']) }), says: 'origins must be a non-empty array' },
  { options: changed({ authorize: undefined }), says: 'authorize must be a function; got "undefined"' },
  { options: changed({ authorize: true }), says: 'authorize must be a function; got "true"' },
  { options: changed({ subjectOf: 'u_42' }), says: 'subjectOf must be a function; got "u_42"' },
  { options: changed({ subjectOf: null }), says: 'subjectOf must be a function; got "null"' },
  { options: changed({ isRevoked: new Set() }), says: 'isRevoked must be a function; got "[object Set]"' },
  { options: changed({ isRevoked: false }), says: 'isRevoked must be a function; got "false"' },
  ...['subjectOf', 'isRevoked', 'generation', 'maxAge'].map((name) => ({
    options: changed({ [name]: undefined }),
    says: `${name} must have a value; got undefined. Remove the key to use the default`,
  })),
  ...[-1, 1.5, '3', null, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY, 3n, true].map((generation) => ({
    options: changed({ generation }),
    says: `generation must be a whole number of at least 0; got "${generation}"`,
  })),
  ...[0, -1, 86_401, 1.5, '3600', null, Number.NaN, Number.POSITIVE_INFINITY, true].map((maxAge) => ({
    options: changed({ maxAge }),
    says: `maxAge must be 1 to 86400 seconds; got "${maxAge}"`,
  })),
  ...['', 'gatekeeper/grant', '//evil.example', '//', '///evil.example', '/\\evil.example', '/a?b', '/a#b'].map(
    (path) => ({
      options: changed({ path }),
      says: `path must be a plain path like /gatekeeper/grant; got ${JSON.stringify(path)}`,
    }),
  ),
  ...['/a/../b', '/./a', '/a b', '/ä', '/a\n', ' /a', 'https://evil.example/', null, 7, ['/a'], true].map((path) => ({
    options: changed({ path }),
    says: 'path must be a plain path like /gatekeeper/grant; got "',
  })),
])('options %# are refused: $says', ({ options, says }) => {
  const error = thrownBy(options);

  expect(error.code).toBe('ERR_GK_GRANTS');
  expect(error.message).toContain(`grants: ${says}`);
});

test.each([
  {},
  { keys: [KEY, { kid: 'b', secret: keyBytes(32) }] },
  { keys: [{ kid: 'k'.repeat(128), secret: keyBytes(64) }] },
  { keys: [{ kid: 'b', secret: new Uint8Array(32) }] },
  { generation: 0 },
  { generation: 2 ** 53 - 1 },
  { maxAge: 1 },
  { maxAge: 86_400 },
  { path: '/' },
  { path: '/.well-known/grant' },
  { path: '/a/%C3%A4/b;c=1,2' },
  { path: undefined },
])('options %# are accepted', (change) => {
  expect(() => createGrants(changed(change) as GrantOptions<unknown>, () => {})).not.toThrow();
});

test('the defaults are eight hours, generation 0 and /gatekeeper/grant', () => {
  const { path, issue } = createGrants({ ...GOOD, authorize: () => ({ sub: 'ann', scope: '*' }) }, () => {});
  const issued = issue({});
  const claims = JSON.parse(Buffer.from(String(issued?.token.split('.')[1]), 'base64url').toString());

  expect(path).toBe('/gatekeeper/grant');
  expect(issued?.expiresIn).toBe(28_800);
  expect(claims).toMatchObject({ gen: 0 });
  expect(claims.exp - claims.iat).toBe(28_800);
});

test('fields of a polluted Object.prototype are neither options nor parts of a key', () => {
  const pollution = {
    ...GOOD,
    subjectOf: () => 'u_42',
    isRevoked: () => false,
    generation: -1,
    maxAge: -1,
    path: 'evil',
    kid: 'k',
    secret: SECRET,
  };

  withPollutedPrototype(pollution, () => {
    expect(() => createGrants({ ...GOOD }, () => {})).not.toThrow();
    expect(thrownBy({}).code).toBe('ERR_GK_GRANTS');
    expect(thrownBy({ keys: [KEY], origins: GOOD.origins }).message).toContain('authorize must be a function');
    expect(thrownBy({ ...GOOD, keys: [{ kid: 'a' }] }).message).toContain('secret must be a Buffer');
    expect(thrownBy({ ...GOOD, keys: [{ secret: SECRET }] }).message).toContain('kid must be a string');
  });
});
