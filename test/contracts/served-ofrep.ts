import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { overrideCookie } from '../helpers/http/node-request.ts';
import { OFREP_DOCUMENT, ofrepSchemas } from '../helpers/protocol/ofrep-schema.ts';
import type { ServedHost } from './served-pages.ts';

const BULK = '/ofrep/v1/evaluate/flags';
const TESTER = { 'x-may-override': 'yes' };
const OVERRIDES = { FLAG_A: 'ON', LIMIT: 'HIGH', HIDDEN: 'ON' };
const OVERRIDING = { ...TESTER, cookie: overrideCookie(OVERRIDES) };
const ORIGIN = 'https://app.example.com';
const NOT_FOUND = { errorCode: 'FLAG_NOT_FOUND', errorDetails: 'There is no such flag' };

/** The headers of every response, apart from those of a host. */
const OWN_HEADERS = {
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestInit['body'];
}

export interface OfrepHost extends ServedHost {
  /** Whether the framework parses bodies before, and responds to those that are not valid. */
  readonly parsesBodies?: boolean;
}

/** OFREP in the framework's own idiom, over a real socket. */
export function servedOfrepContract({ name, serve, parsesBodies = false }: OfrepHost): void {
  describe(`OFREP on ${name}`, () => {
    let origin = '';
    beforeAll(async () => {
      vi.stubEnv('NODE_ENV', 'production');
      origin = `http://127.0.0.1:${await serve('policy')}`;
    });
    afterAll(() => {
      vi.unstubAllEnvs();
    });

    async function ask({ method = 'POST', path = BULK, headers = {}, body = '{"context":{}}' }: Sent = {}) {
      const sent = new Headers(method === 'POST' ? { 'content-type': 'application/json; charset=utf-8' } : {});
      for (const [header, value] of Object.entries(headers)) sent.set(header, value);
      if (sent.get('content-type') === '') sent.delete('content-type');
      const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
      const content = method === 'POST' ? { body: bytes, duplex: 'half' } : {};
      const response = await fetch(origin + path, { method, headers: sent, ...content } as RequestInit);
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
    }

    test('all flags have the values of the session’s user and attributes, without hidden flags', async () => {
      const headers = { 'x-user': 'u_9', 'x-attributes': encodeURIComponent('{"country":"DE"}') };

      const { status, headers: received, json } = await ask({ headers });

      expect(status).toBe(200);
      expect(json()).toEqual({
        flags: [
          { key: 'FLAG_A', value: 'OFF', variant: 'OFF', reason: 'DEFAULT' },
          { key: 'FLAG_B', value: 'ONE', variant: 'ONE', reason: 'DEFAULT' },
          { key: 'SWITCH', value: false, variant: 'OFF', reason: 'DEFAULT' },
          { key: 'LIMIT', value: 0, variant: 'LOW', reason: 'STATIC' },
          { key: 'BANNER', value: { text: '' }, variant: 'QUIET', reason: 'STATIC' },
          { key: 'ORDER', value: 'USER', variant: 'USER', reason: 'TARGETING_MATCH' },
          { key: 'ROLLOUT', value: expect.any(String), variant: expect.any(String), reason: 'SPLIT' },
          { key: 'RULE_COUNTRY', value: 'ON', variant: 'ON', reason: 'TARGETING_MATCH' },
          { key: 'RULE_DISABLED', reason: 'DISABLED' },
          { key: 'CODE_FAILS', errorCode: 'GENERAL', errorDetails: 'The flag could not be evaluated' },
        ],
      });
      expect(Object.fromEntries(received)).toMatchObject(OWN_HEADERS);
      expect(received.get('vary')?.split(/, ?/).sort()).toEqual(['Cookie', 'Origin']);
      expect(received.get('content-type')).toMatch(/^application\/json/);
      for (const one of ['server-timing', 'access-control-allow-origin']) expect(received.has(one)).toBe(false);
    });

    test('overrides apply, and the response names no flag in Server-Timing', async () => {
      const { headers, json } = await ask({ headers: OVERRIDING });

      expect(json().flags).toContainEqual({
        key: 'FLAG_A',
        value: 'ON',
        variant: 'ON',
        reason: 'STATIC',
        metadata: { overridden: true },
      });
      expect(json().flags).toContainEqual(expect.objectContaining({ key: 'LIMIT', value: 250, variant: 'HIGH' }));
      expect(JSON.stringify(json())).not.toContain('HIDDEN');
      expect(headers.has('server-timing')).toBe(false);
      expect(headers.get('etag')).toMatch(/^"[\w-]{43}"$/);
      expect((await ask({ headers: { cookie: OVERRIDING.cookie } })).json().flags[0].value).toBe('OFF');
    });

    test('one flag has the same evaluation as among all', async () => {
      const { json } = await ask({ headers: OVERRIDING });

      for (const flag of json().flags as readonly { readonly key: string; readonly errorCode?: string }[]) {
        const one = await ask({ path: `${BULK}/${flag.key}`, headers: OVERRIDING });

        expect([one.status, one.json()]).toEqual([flag.errorCode === undefined ? 200 : 400, flag]);
        expect(one.headers.has('server-timing')).toBe(false);
      }
    });

    test.each(['HIDDEN', 'LOCKED', 'NO_SUCH_FLAG', '__proto__', 'a/b', '%E0%A4', 'Flag A'])(
      'a flag that clients must not know, %s, is not found',
      async (key) => {
        const { status, json, headers } = await ask({ path: `${BULK}/${encodeURI(key)}`, headers: OVERRIDING });

        expect([status, json()]).toEqual([
          404,
          { key: encodeURI(key) === '%25E0%25A4' ? '%E0%A4' : key, ...NOT_FOUND },
        ]);
        expect(Object.fromEntries(headers)).toMatchObject(OWN_HEADERS);
      },
    );

    test('a client that has the same values gets a 304, and one that has others does not', async () => {
      const [visitor, tester] = await Promise.all([ask(), ask({ headers: OVERRIDING })]);
      const tags = [visitor, tester].map(({ headers }) => headers.get('etag') ?? '');

      for (const [at, who] of [{}, OVERRIDING].entries()) {
        const own = tags[at] ?? '';
        const same = await ask({ headers: { ...who, 'if-none-match': `"x", W/${own}` } });
        const other = await ask({ headers: { ...who, 'if-none-match': tags[1 - at] ?? '' } });

        expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', own]);
        expect(same.headers.get('cache-control')).toBe('private, no-store');
        expect([other.status, other.headers.get('etag')]).toEqual([200, own]);
      }
      expect(new Set(tags).size).toBe(2);
    });

    test('the client’s own user does not count, and only the attributes that the site names do', async () => {
      const context = { targetingKey: 'u_9', country: 'NL', plan: 'rule' };
      const values = async (headers = {}) => {
        const { json } = await ask({ headers, body: JSON.stringify({ context }) });
        const { flags } = json() as { readonly flags: readonly { readonly key: string; readonly value?: unknown }[] };
        return ['ORDER', 'RULE_COUNTRY'].map((name) => flags.find(({ key }) => key === name)?.value);
      };

      expect(await values()).toEqual(['DEFAULT', 'ON']);
      expect(await values({ 'x-attributes': encodeURIComponent('{"country":"FR"}') })).toEqual(['DEFAULT', 'OFF']);
    });

    const chunked = (bytes: number) => new Blob([`{"context":{"x":"${'x'.repeat(bytes)}"}}`]).stream();
    test.each<{
      readonly what: string;
      readonly sent: Sent;
      readonly errorCode: string;
      readonly errorDetails: RegExp;
      readonly isUnparsable?: true;
    }>([
      {
        what: 'no type',
        sent: { headers: { 'content-type': '' } },
        errorCode: 'PARSE_ERROR',
        errorDetails: /Content-Type/,
      },
      {
        what: 'a form',
        sent: { headers: { 'content-type': 'text/plain' } },
        errorCode: 'PARSE_ERROR',
        errorDetails: /Content-Type must be application\/json/,
      },
      { what: 'no body', sent: { body: '' }, errorCode: 'PARSE_ERROR', errorDetails: /JSON of at most 65536 bytes/ },
      {
        what: 'broken JSON',
        sent: { body: '{"context":' },
        errorCode: 'PARSE_ERROR',
        errorDetails: /JSON/,
        isUnparsable: true,
      },
      {
        what: 'broken UTF-8',
        sent: { body: new Uint8Array([0x22, 0xff, 0x22]) },
        errorCode: 'PARSE_ERROR',
        errorDetails: /JSON/,
        isUnparsable: true,
      },
      {
        what: 'a large body',
        sent: { body: 'x'.repeat(65_537) },
        errorCode: 'PARSE_ERROR',
        errorDetails: /65536/,
        isUnparsable: true,
      },
      {
        what: 'a large body in chunks',
        sent: { body: chunked(70_000) },
        errorCode: 'PARSE_ERROR',
        errorDetails: /65536/,
      },
      { what: 'an array', sent: { body: '[]' }, errorCode: 'INVALID_CONTEXT', errorDetails: /JSON object/ },
      {
        what: 'null',
        sent: { body: 'null' },
        errorCode: 'INVALID_CONTEXT',
        errorDetails: /JSON object/,
        isUnparsable: true,
      },
      {
        what: 'a string as context',
        sent: { body: '{"context":"x"}' },
        errorCode: 'INVALID_CONTEXT',
        errorDetails: /context/,
      },
      {
        what: 'a number as targeting key',
        sent: { body: '{"context":{"targetingKey":7}}' },
        errorCode: 'INVALID_CONTEXT',
        errorDetails: /targetingKey must be a string/,
      },
    ])('$what is refused', async ({ sent, errorCode, errorDetails, isUnparsable }) => {
      const { status, json, headers } = await ask(sent);

      expect(status).toBe(400);
      if (!isUnparsable || !parsesBodies) {
        expect(json()).toEqual({ errorCode, errorDetails: expect.stringMatching(errorDetails) });
        expect(Object.fromEntries(headers)).toMatchObject(OWN_HEADERS);
      }
      expect((await ask()).status).toBe(200);
    });

    test('a body of exactly 65,536 bytes is read, and a client may leave the context out', async () => {
      const padding = 65_536 - '{"context":{"x":""}}'.length;

      expect((await ask({ body: `{"context":{"x":"${'x'.repeat(padding)}"}}` })).status).toBe(200);
      expect((await ask({ body: '{}' })).status).toBe(200);
    });

    test('a page of an origin that the site names may read flags, and no other', async () => {
      const preflight = (from: string) =>
        ask({ method: 'OPTIONS', headers: { origin: from, 'access-control-request-method': 'POST' } });
      const [own, other, unknown] = await Promise.all([
        preflight(ORIGIN),
        preflight('https://evil.example'),
        ask({ method: 'OPTIONS', path: '/unknown', headers: { origin: 'https://evil.example' } }),
      ]);
      const [read, refused] = await Promise.all(
        [ORIGIN, 'https://evil.example'].map((from) => ask({ headers: { origin: from } })),
      );

      const allowed = { 'access-control-allow-origin': ORIGIN, 'access-control-allow-credentials': 'true' };
      expect([own.status, other.status]).toEqual([204, unknown.status]);
      expect(Object.fromEntries(own.headers)).toMatchObject({
        ...allowed,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization, content-type, if-none-match, x-api-key',
      });
      expect(Object.fromEntries(read?.headers ?? [])).toMatchObject({
        ...allowed,
        'access-control-expose-headers': 'ETag, Retry-After',
      });
      for (const one of [other, refused]) expect(one?.headers.has('access-control-allow-origin')).toBe(false);
    });

    test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('a %s gets what an unknown path gets', async (method) => {
      const [own, unknown] = await Promise.all([BULK, '/ofrep/v1/evaluate/flagz'].map((path) => ask({ method, path })));

      expect(own?.status).toBe(unknown?.status);
      expect(own?.text.replaceAll(BULK, '')).toBe(unknown?.text.replaceAll('/ofrep/v1/evaluate/flagz', ''));
    });

    test.skipIf(OFREP_DOCUMENT === undefined)('every response has the schema of OFREP (openapi.yaml)', async () => {
      const { mistakes } = ofrepSchemas();
      const requests: readonly Sent[] = [
        {},
        { headers: OVERRIDING },
        { headers: { 'x-user': '!' } },
        { headers: { 'x-user': 'u_9' } },
        { body: '[]' },
        ...(parsesBodies ? [] : [{ body: '{' }]),
        ...['FLAG_A', 'SWITCH', 'LIMIT', 'BANNER', 'RULE_DISABLED', 'CODE_FAILS', 'HIDDEN', 'x'].map((key) => ({
          path: `${BULK}/${key}`,
        })),
        ...(parsesBodies ? [] : [{ path: `${BULK}/FLAG_A`, body: 'x' }]),
        { path: `${BULK}/FLAG_A`, body: '[]' },
      ];

      for (const sent of requests) {
        const { status, json, text } = await ask(sent);
        const endpoint = sent.path === undefined ? 'all' : 'one';

        expect({ sent, text, mistakes: mistakes(endpoint, status, json()) }).toEqual({ sent, text, mistakes: [] });
      }
    });
  });
}
