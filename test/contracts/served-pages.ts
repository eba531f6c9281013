import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { FIXTURE, type SiteName } from '../../server-lib/cli/conform/fixture.ts';
import { afterClose } from '../conformance/definitions.ts';
import { overrideCookie } from '../helpers/http/node-request.ts';
import { unhandledRejections } from '../helpers/unhandled-rejections.ts';

/** A framework whose module in test/conformance/hosts serves a site. */
export interface ServedHost {
  readonly name: string;
  readonly serve: (site: SiteName) => Promise<number>;
}

const TESTER = { 'x-may-override': 'yes' };
const OVERRIDING = { ...TESTER, cookie: overrideCookie({ FLAG_A: 'ON' }) };
const PRIVATE = [
  { who: 'a tester with an override', headers: OVERRIDING, entry: 'gk.FLAG_A;desc="ON override"' },
  {
    who: 'a tester with an empty cookie',
    headers: { ...TESTER, cookie: overrideCookie({}) },
    entry: 'gk.FLAG_A;desc="OFF default"',
  },
];
const PUBLIC = [
  { who: 'a visitor', headers: {} },
  { who: 'a stranger with an override', headers: { cookie: OVERRIDING.cookie } },
];
const PAGES = [
  { path: '/page?flags=FLAG_A', status: 200 },
  { path: '/stream?flags=FLAG_A&late=FLAG_B', status: 200 },
  { path: '/redirect?flags=FLAG_A', status: 302 },
  { path: '/error?flags=FLAG_A', status: 500 },
];
const REQUESTS = PAGES.flatMap((page) => ['GET', 'HEAD'].map((method) => ({ ...page, method })));
const FOR_CACHES = Object.keys(FIXTURE.pageHeaders)
  .map((name) => name.toLowerCase())
  .filter((name) => !['cache-control', 'vary', 'server-timing', 'x-own'].includes(name));

/** Pages in the framework's own idiom, over a real socket: caches and acknowledgement are the same for each framework. */
export function servedPagesContract({ name, serve }: ServedHost): void {
  describe(`pages of ${name}`, () => {
    let port = 0;
    beforeAll(async () => {
      vi.stubEnv('NODE_ENV', 'production');
      vi.spyOn(console, 'error').mockReturnValue(); // Express and Koa print the error of /error
      port = await serve('policy');
    });
    afterAll(() => {
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
    });

    const ask = (path: string, headers: Readonly<Record<string, string>>, method = 'GET') =>
      new Promise<{
        readonly status: number | undefined;
        readonly headers: IncomingHttpHeaders;
        readonly body: string;
      }>((resolve, reject) => {
        const sent = request({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (part) => {
            body += part;
          });
          response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
        });
        sent.on('error', reject).end();
      });

    test.each(REQUESTS.flatMap((one) => PRIVATE.map((by) => ({ ...one, ...by }))))(
      '$method $path by $who is private, and names its flags',
      async ({ method, path, status, headers, entry }) => {
        const response = await ask(path, headers, method);

        expect(response.status).toBe(status);
        expect(response.headers['cache-control']).toBe('private, no-store');
        expect(response.headers.vary).toMatch(/\bCookie$/);
        expect(String(response.headers['server-timing']).split(', ').at(-1)).toBe(entry);
        expect(FOR_CACHES.filter((one) => one in response.headers)).toEqual([]);
        if (method === 'HEAD') expect(response.body).toBe('');
      },
    );

    test.each(REQUESTS.flatMap((one) => PUBLIC.map((by) => ({ ...one, ...by }))))(
      '$method $path by $who names no flag and is not private',
      async ({ method, path, status, headers }) => {
        const response = await ask(path, headers, method);

        expect(response.status).toBe(status);
        expect(response.headers['server-timing'] ?? '').not.toContain('gk');
        expect(response.headers['cache-control'] ?? '').not.toMatch(/private|no-store/);
        expect(response.headers.vary ?? '').not.toContain('Cookie');
        if (status === 200) expect(response.headers.etag).toBe(FIXTURE.pageHeaders.ETag);
      },
    );

    test('a page that is streamed arrives completely, with the flags that it evaluates late', async () => {
      const { body } = await ask('/stream?flags=FLAG_A&late=FLAG_B', OVERRIDING);

      expect(body).toBe('ON ONE');
    });

    test('a visitor’s copy gives a 304, and the copy of another variant does not', async () => {
      const condition = { 'if-none-match': String(FIXTURE.pageHeaders.ETag) };

      const [visitor, tester] = await Promise.all(
        [{}, OVERRIDING].map((who) => ask('/page?flags=FLAG_A', { ...who, ...condition })),
      );

      expect([visitor?.status, tester?.status, tester?.body]).toEqual([304, 200, 'ON']);
    });

    test('an override that a page sets is on the response, once', async () => {
      const { headers } = await ask('/override?flag=FLAG_A&variant=ON', { ...TESTER, cookie: '' }, 'POST');

      expect(headers['set-cookie']).toEqual([
        `${overrideCookie({ FLAG_A: 'ON' })}; Path=/; Max-Age=604800; SameSite=Lax`,
      ]);
    });

    test.each([
      { path: '/slow', when: 'before the response' },
      { path: '/endless', when: 'in the middle of the response' },
    ])('a visitor who disconnects $when causes no error, and the page is rendered to its end', async ({ path }) => {
      const before = { waiting: afterClose.waiting, rendered: afterClose.rendered.length };

      const rejections = await unhandledRejections(async () => {
        const socket = connect(port, '127.0.0.1');
        const fields = Object.entries({ host: 'localhost', ...OVERRIDING }).map(
          ([field, value]) => `${field}: ${value}`,
        );
        socket.write([`GET ${path} HTTP/1.1`, ...fields, '', ''].join('\r\n'));
        if (path === '/endless') await new Promise((arrived) => socket.once('data', arrived));
        await vi.waitFor(() => expect(afterClose.waiting).toBe(before.waiting + 1));
        socket.destroy();
        await vi.waitFor(() => expect(afterClose.rendered).toHaveLength(before.rendered + 1));
      });

      expect(rejections).toEqual([]);
      expect(afterClose.rendered.at(-1)).toBe('ON ONE');
      expect((await ask('/page?flags=FLAG_A', OVERRIDING)).status).toBe(200);
    });
  });
}
