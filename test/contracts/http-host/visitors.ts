import type { IncomingMessage } from 'node:http';
import request from 'supertest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatekeeper, type MiddlewareOptions, manifestRoute, visitorCookie } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags, type GatekeeperError } from '../../../server-lib/index.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { gkOf, type Host, type HostApp } from './host.ts';

const flags = defineFlags({
  ROLLOUT: { variants: ['ON', 'OFF'], default: 'OFF' },
  OTHER: { variants: ['ON', 'OFF'], default: 'OFF' },
  PLAIN: { variants: ['ON', 'OFF'], default: 'OFF' },
  LISTED: { variants: ['ON', 'OFF'], default: 'OFF', users: { ON: ['ann'] } },
});
const split = (percentage: number) => ({
  state: 'ENABLED',
  variants: { ON: 'ON', OFF: 'OFF' },
  targeting: {
    fractional: [
      ['ON', percentage],
      ['OFF', 100 - percentage],
    ],
  },
});
const rules = { flags: { ROLLOUT: split(50), OTHER: split(50) } };

/** Visitors without a user get an id when a rollout needs it, and keep their variants. */
export function visitorsContract({ create }: Host): void {
  beforeEach(() => {
    vi.stubEnv('NODE_ENV', 'production');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  function site(options: Partial<MiddlewareOptions> = { visitorId: visitorCookie() }) {
    const errors: GatekeeperError[] = [];
    const app: HostApp = create();
    const userId = ({ headers }: IncomingMessage) => headers['x-user'] as string | undefined;
    const onError = (error: GatekeeperError) => void errors.push(error);
    const allowOverrides = ({ headers }: { readonly headers: Record<string, unknown> }) => headers['x-user'] === 'ann';
    const keepers = [0, 1].map(() => createGatekeeper({ flags, rules, allowOverrides, onError }));
    for (const keeper of keepers) app.use(gatekeeper(keeper, { userId: userId as never, ...options }));
    for (const keeper of keepers) app.use(manifestRoute(keeper));
    app.use((_req, res, next) => {
      res.setHeader('Cache-Control', 'public, max-age=60');
      res.setHeader('ETag', '"1"');
      next();
    });
    app.use('/plain', (req, res) => res.end(`${gkOf(req).ffVariant('PLAIN')} ${gkOf(req).ffVariant('LISTED')}`));
    app.use('/silent', (_req, res) => res.end('silent'));
    app.use('/late', (req, res) => {
      res.write('<p>');
      res.end(gkOf(req).ffVariant('ROLLOUT'));
    });
    app.use('/own-cookie', (req, res) => {
      res.setHeader('Set-Cookie', ['session=1', 'theme=dark; Path=/']);
      res.end(gkOf(req).ffVariant('ROLLOUT'));
    });
    app.use((req, res) => res.end(`${gkOf(req).ffVariant('ROLLOUT')} ${gkOf(req).ffVariant('OTHER')}`));
    const get = (path: string, headers: Readonly<Record<string, string>> = {}) => request(app).get(path).set(headers);
    return { get, errors, keepers };
  }

  const idOf = (headers: Readonly<Record<string, unknown>>): string | undefined =>
    [headers['set-cookie'] ?? []]
      .flat()
      .map((line) => /^gk-visitor=([0-9a-f]{32});/.exec(String(line))?.[1])
      .find(Boolean);

  test('the first rollout gives a visitor an id, and the response is private', async () => {
    const { headers } = await site().get('/');

    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^gk-visitor=[0-9a-f]{32}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/),
    ]);
    expect([headers['cache-control'], headers.vary, headers.etag]).toEqual(['private, no-store', 'Cookie', undefined]);
    expect(headers['server-timing']).toBeUndefined();
  });

  test('a visitor keeps the variants over 1,000 requests, without another cookie, and the page stays as the application wrote it', async () => {
    const { get, errors } = site();
    const first = await get('/');
    const Cookie = `gk-visitor=${idOf(first.headers)}`;
    const { text, headers } = await get('/', { Cookie });

    expect(text).toBe(first.text);
    expect([headers['cache-control'], headers.etag, headers.vary]).toEqual(['public, max-age=60', '"1"', undefined]);
    const seen = new Set<string>();
    for (let at = 0; at < 20; at++) {
      const pages = await Promise.all(Array.from({ length: 50 }, () => get('/', { Cookie })));
      for (const page of pages) seen.add(`${page.text} ${page.headers['set-cookie']}`);
    }
    expect([...seen]).toEqual([`${first.text} undefined`]);
    expect(errors).toEqual([]);
  });

  test('first requests at the same time get an id each, and each page shows the variants of its own', async () => {
    const { get } = site();

    const pages = await Promise.all(Array.from({ length: 40 }, () => get('/')));
    const again = await Promise.all(pages.map(({ headers }) => get('/', { Cookie: `gk-visitor=${idOf(headers)}` })));

    expect(new Set(pages.map(({ headers }) => idOf(headers))).size).toBe(40);
    expect(again.map(({ text }) => text)).toEqual(pages.map(({ text }) => text));
    expect(new Set(pages.map(({ text }) => text)).size).toBeGreaterThan(1);
  });

  test.each([
    { what: 'a page that evaluates no flag', path: '/silent', headers: {} },
    { what: 'a page without a rollout', path: '/plain', headers: {} },
    { what: 'a page for a signed-in user', path: '/', headers: { 'X-User': 'bob' } },
    {
      what: 'a page for a user with overrides',
      path: '/own-cookie',
      headers: { 'X-User': 'ann', Cookie: overrideCookie({ ROLLOUT: 'ON' }) },
    },
  ])('$what sets no id', async ({ path, headers: sent }) => {
    const { headers } = await site().get(path, sent);

    expect(idOf(headers)).toBeUndefined();
  });

  test('the id stands beside the cookies of the application', async () => {
    const { headers } = await site().get('/own-cookie');

    expect(headers['set-cookie']).toEqual(['session=1', 'theme=dark; Path=/', expect.stringMatching(/^gk-visitor=/)]);
  });

  test('a visitor’s cookie of another form is replaced', async () => {
    const { headers } = await site().get('/', { Cookie: 'gk-visitor=ann' });

    expect(idOf(headers)).toBeDefined();
  });

  test('after the headers were sent, a visitor without an id gets the default, and one error says so', async () => {
    const { get, errors } = site();

    const pages = [await get('/late'), await get('/late')];

    expect(pages.map(({ text }) => text)).toEqual(['<p>OFF', '<p>OFF']);
    expect(errors.map(({ code }) => code)).toEqual(['ERR_GK_VISITOR_COOKIE']);
  });

  test('after the headers were sent, a visitor with an id keeps the variant', async () => {
    const { get, errors } = site();
    const on = await vi.waitFor(async () => {
      const page = await get('/');
      expect(page.text).toMatch(/^ON/);
      return page;
    });

    const { text } = await get('/late', { Cookie: `gk-visitor=${idOf(on.headers)}` });

    expect(text).toBe('<p>ON');
    expect(errors).toEqual([]);
  });

  test('the manifest shows the variants of the visitor’s next page', async () => {
    vi.stubEnv('NODE_ENV', 'development');
    const { get } = site();

    const manifest = await get('/.well-known/gatekeeper.json');
    const page = await get('/', { Cookie: `gk-visitor=${idOf(manifest.headers)}` });

    const current = (name: string) => manifest.body.flags.find((one: { name: string }) => one.name === name)?.current;
    expect(page.text).toBe(`${current('ROLLOUT')} ${current('OTHER')}`);
    expect(manifest.headers['cache-control']).toBe('private, no-store');
  });

  test('the gates of two keepers give a visitor one id', async () => {
    const { get, keepers } = site();
    const app: HostApp = create();
    const visitorId = visitorCookie();
    app.use(gatekeeper(keepers[0] as never, { visitorId }));
    app.use((req, _res, next) => {
      gkOf(req).ff('ROLLOUT', 'ON');
      next();
    });
    app.use(gatekeeper(keepers[1] as never, { visitorId }));
    app.use((req, res) => res.end(gkOf(req).ffVariant('OTHER')));

    const { headers, text } = await request(app).get('/');

    expect(headers['set-cookie']).toHaveLength(1);
    expect((await get('/', { Cookie: `gk-visitor=${idOf(headers)}` })).text.split(' ')[1]).toBe(text);
  });

  test('an id of the application is used as it is, and no cookie is set', async () => {
    const visitorId = vi.fn((req: IncomingMessage) => req.headers['x-visitor'] as string | undefined);
    const { get } = site({ visitorId: visitorId as never });
    const variants = await Promise.all(
      Array.from({ length: 40 }, (_, at) => get('/', { 'X-Visitor': `v${at % 20}` }).then(({ text }) => text)),
    );

    expect(variants.slice(20)).toEqual(variants.slice(0, 20));
    expect(new Set(variants).size).toBeGreaterThan(1);
    expect((await get('/', { 'X-Visitor': 'v1' })).headers['set-cookie']).toBeUndefined();
  });

  test('without the option, a visitor has no id', async () => {
    const { get } = site({});

    const { text, headers } = await get('/');

    expect([text, headers['set-cookie'], headers['cache-control']]).toEqual([
      'OFF OFF',
      undefined,
      'public, max-age=60',
    ]);
  });
}
