import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readRequestHeader } from '../../../server-lib/core/incoming-request.ts';
import type { IncomingRequest, ProtocolResponse } from '../../../server-lib/index.ts';
import { GRANT_PATH, grantingKeeper, OWN_REQUEST } from '../../helpers/grants/granting-keeper.ts';
import { expectValidManifest } from '../../helpers/protocol/manifest-schema.ts';

const PATH = '/.well-known/gatekeeper.json';
const OWN_HEADERS = [
  ['cache-control', 'private, no-store'],
  ['x-content-type-options', 'nosniff'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['referrer-policy', 'no-referrer'],
];

type Headers = Readonly<Record<string, string>>;
type Make = (method: string, headers: Headers) => IncomingRequest;
const KINDS: readonly { readonly kind: string; readonly make: Make }[] = [
  { kind: 'node:http', make: (method, headers) => ({ method, headers }) },
  { kind: 'fetch', make: (method, headers) => new Request('https://app.example.com/', { method, headers }) },
];

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A keeper with grants for ann, whose functions get a request of either kind. */
function keeperOfAnn() {
  const userOf = ({ headers }: IncomingRequest) => readRequestHeader(headers, 'x-user');
  return grantingKeeper({ authorize: (req) => (userOf(req) === 'ann' ? { sub: 'ann', scope: '*' } : null) });
}

const cookiesOf = ({ headers }: ProtocolResponse): readonly string[] =>
  headers.append.flatMap(([name, value]) => (name === 'set-cookie' ? [value] : []));

test.each([
  { method: 'GET', path: PATH, manifest: true, grant: false },
  { method: 'HEAD', path: PATH, manifest: true, grant: false },
  { method: 'POST', path: PATH, manifest: false, grant: false },
  { method: 'POST', path: GRANT_PATH, manifest: false, grant: true },
  { method: 'DELETE', path: GRANT_PATH, manifest: false, grant: true },
  { method: 'GET', path: GRANT_PATH, manifest: false, grant: false },
  { method: 'GET', path: `${PATH}/`, manifest: false, grant: false },
  { method: undefined, path: undefined, manifest: false, grant: false },
])('$method $path is for the manifest: $manifest, for grants: $grant', ({ method, path, manifest, grant }) => {
  const { adapter } = grantingKeeper();

  expect(adapter.manifestRoute().matches(method, path)).toBe(manifest);
  expect(adapter.grantRoute().matches(method, path)).toBe(grant);
});

test.each(KINDS)('a grant by a request of $kind gives the manifest, and is revoked', ({ make }) => {
  const { adapter } = keeperOfAnn();
  const [manifest, grants] = [adapter.manifestRoute(), adapter.grantRoute()];
  const open = (method: string, headers: Headers) => adapter.open({ incoming: make(method, headers) });

  expect(manifest.respond(open('GET', {}))).toBeUndefined();
  const issued = grants.respond(open('POST', { ...OWN_REQUEST, 'x-user': 'ann' })) as ProtocolResponse;
  expect([issued.status, JSON.parse(issued.body ?? '')]).toEqual([200, { state: 'enabled', expiresIn: 28_800 }]);
  const [cookie = ''] = cookiesOf(issued).map((line) => line.split(';', 1)[0]);

  const shown = manifest.respond(open('GET', { cookie, 'x-user': 'ann' })) as ProtocolResponse;
  expectValidManifest(JSON.parse(shown.body ?? ''));
  expect(JSON.parse(shown.body ?? '').overrides.state).toBe('enabled');

  const revoked = grants.respond(open('DELETE', { ...OWN_REQUEST, cookie, 'x-user': 'ann' })) as ProtocolResponse;
  expect([revoked.status, revoked.body]).toEqual([204, null]);
  expect(cookiesOf(revoked).map((line) => line.replace(/;.*(Max-Age=\d+).*/, ' $1'))).toEqual([
    '__Host-gatekeeper-grant= Max-Age=0',
    '__Host-gatekeeper= Max-Age=0',
  ]);
});

test.each(
  KINDS.flatMap(({ kind, make }) =>
    [
      { why: 'from another origin', headers: { ...OWN_REQUEST, origin: 'https://evil.example' } },
      { why: 'without X-Gatekeeper', headers: { ...OWN_REQUEST, 'x-gatekeeper': '' } },
      { why: 'with a large body', headers: { ...OWN_REQUEST, 'content-length': '1025' } },
      { why: 'by a user without a grant', headers: { ...OWN_REQUEST, 'x-user': 'mallory' } },
    ].map((row) => ({ kind, make, ...row })),
  ),
)('a request of $kind $why gets the site’s own response', ({ make, headers }) => {
  const { adapter } = keeperOfAnn();
  for (const method of ['POST', 'DELETE']) {
    const gate = adapter.open({ incoming: make(method, { 'x-user': 'ann', ...headers }) });

    expect(adapter.grantRoute().respond(gate)).toBeUndefined();
  }
});

test('a response of ours changes the headers that the response has: no CORS, no caches, other cookies stay', () => {
  vi.stubEnv('NODE_ENV', 'development');
  const { adapter } = grantingKeeper();
  const gate = adapter.open({ incoming: { headers: {} } });
  const headers = Object.entries({
    'Access-Control-Allow-Origin': '*',
    'access-control-x-new': '1',
    ETag: '"1"',
    Vary: 'Origin',
    'X-Own': 'kept',
  });

  const response = adapter.manifestRoute().respond(gate, headers) as ProtocolResponse;

  expect(response.headers.remove).toEqual(['access-control-allow-origin', 'access-control-x-new', 'etag']);
  expect(response.headers.set).toEqual([
    ...OWN_HEADERS,
    ['content-type', 'application/json; charset=utf-8'],
    ['content-length', String(Buffer.byteLength(response.body ?? ''))],
  ]);
  expect(response.headers.append).toEqual([['vary', 'Cookie']]);
});

test('after a manifest, the response is private and names no flag', () => {
  vi.stubEnv('NODE_ENV', 'development');
  const { adapter } = grantingKeeper();
  const gate = adapter.open({ incoming: { headers: {} } });

  adapter.manifestRoute().respond(gate);

  expect(adapter.responseChanges(gate, { headers: [] })).toEqual({
    remove: [],
    set: [['cache-control', 'private, no-store']],
    append: [['vary', 'Cookie']],
  });
});
