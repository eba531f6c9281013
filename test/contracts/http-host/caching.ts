import type { IncomingMessage, ServerResponse } from 'node:http';
import request from 'supertest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatekeeper, type Handler } from '../../../server-lib/express.ts';
import { createGatekeeper, type FlagDefinitions, type Gate } from '../../../server-lib/index.ts';
import { flags } from '../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { rawResponse } from '../../helpers/http/raw-response.ts';
import { gkOf, type Host, type HostApp } from './host.ts';

const FOR_CACHES = {
  'Cache-Control': 'public, max-age=60',
  'CDN-Cache-Control': 'max-age=600',
  'Cloudflare-CDN-Cache-Control': 'max-age=600',
  'Surrogate-Control': 'max-age=600',
  'Vercel-CDN-Cache-Control': 'max-age=600',
  'X-Accel-Expires': '600',
  ETag: '"of-everyone"',
  'Last-Modified': 'Sun, 01 Nov 2026 00:00:00 GMT',
  Vary: 'Accept-Encoding',
  'X-Own': 'kept',
};
const ENTRIES = Object.entries(FOR_CACHES);
const WAYS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  setHeader: (res) => {
    for (const [name, value] of ENTRIES) res.setHeader(name, value);
  },
  'writeHead with an object': (res) => res.writeHead(200, FOR_CACHES),
  'writeHead with a reason and an object': (res) => res.writeHead(200, 'Fine', FOR_CACHES),
  'writeHead with a flat list': (res) => res.writeHead(200, ENTRIES.flat()),
  'writeHead with a list of pairs': (res) => res.writeHead(200, ENTRIES as never),
  'setHeader, then writeHead over it': (res) => res.setHeader('ETag', '"old"').writeHead(200, FOR_CACHES),
  'setHeader, then flushHeaders': (res) => {
    for (const [name, value] of ENTRIES) res.setHeader(name, value);
    res.flushHeaders();
  },
};

const OVERRIDES = { Cookie: overrideCookie({ SEARCH: 'FUZZY' }), 'X-User': 'ann' };

/** A page with an override is for its browser only, whatever cache headers the application sets. */
export function cachingContract({ create }: Host): void {
  beforeEach(() => {
    vi.stubEnv('NODE_ENV', 'production');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  function site(write: (response: ServerResponse) => void, asks = true): HostApp {
    const keeper = createGatekeeper({ flags, allowOverrides: ({ headers }) => headers['x-user'] === 'ann' });
    const app = create();
    app.use(gatekeeper(keeper));
    app.use('/page', (req, res) => {
      const variant = asks ? gkOf(req).ffVariant('SEARCH') : 'EXACT';
      if (req.headers['if-none-match'] === FOR_CACHES.ETag) return void res.writeHead(304).end();
      write(res);
      res.end(variant);
    });
    return app;
  }

  test.each(Object.entries(WAYS))('with %s, the application’s cache headers are removed', async (_way, write) => {
    const { headers, text } = await request(site(write)).get('/page').set(OVERRIDES);

    expect(text).toBe('FUZZY');
    expect(headers).toMatchObject({
      'cache-control': 'private, no-store',
      vary: 'Accept-Encoding, Cookie',
      'x-own': 'kept',
    });
    const kept = ['cache-control', 'vary', 'x-own'];
    const gone = ENTRIES.map(([name]) => name.toLowerCase()).filter((name) => !kept.includes(name));
    expect(gone.filter((name) => name in headers)).toEqual([]);
  });

  const SAME: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['of a visitor who may not override', { Cookie: OVERRIDES.Cookie, 'X-User': 'mallory' }],
    ['with a cookie that nobody can read', { Cookie: 'gatekeeper=%7Bbroken', 'X-User': 'mallory' }],
    [
      'with a cookie of another name',
      { Cookie: overrideCookie({ SEARCH: 'FUZZY' }).replace('g', 'G'), 'X-User': 'ann' },
    ],
  ];
  test.each(
    SAME.flatMap((row) => Object.entries(WAYS).map(([way, write]) => ({ who: row[0], headers: row[1], way, write }))),
  )('a request $who changes no byte of a page that uses $way', async ({ headers, write }) => {
    const response = await rawResponse(site(write), 'GET /page', headers);

    expect(response).toContain('public, max-age=60');
    expect(response).toBe(await rawResponse(site(write), 'GET /page'));
  });

  test('no 304 for the browser’s copy of another variant, but one for the visitor’s own copy', async () => {
    const app = site(WAYS.setHeader as (typeof WAYS)[string]);
    const conditions = { 'If-None-Match': FOR_CACHES.ETag, 'If-Modified-Since': FOR_CACHES['Last-Modified'] };

    await request(app).get('/page').set(OVERRIDES).set(conditions).expect(200, 'FUZZY');
    await request(app).get('/page').set(conditions).expect(304);
    await request(app)
      .get('/page')
      .set({ ...OVERRIDES, 'X-User': 'mallory' })
      .set(conditions)
      .expect(304);
  });

  test('a request that evaluates no flag is not changed, nor are its conditions', async () => {
    const app = site(WAYS.setHeader as (typeof WAYS)[string], false);

    await request(app).get('/page').set(OVERRIDES).set('If-None-Match', FOR_CACHES.ETag).expect(304);
    expect(await rawResponse(app, 'GET /page', OVERRIDES)).toBe(await rawResponse(app, 'GET /page'));
  });

  type Render = (req: IncomingMessage, res: ServerResponse, gk: Gate<FlagDefinitions>) => void;

  /** A cacheable page, rendered in some way, with a middleware before it. */
  async function rendered(render: Render, before?: Handler, headers: Readonly<Record<string, string>> = OVERRIDES) {
    const allowOverrides = (req: IncomingMessage) => req.headers['x-user'] === 'ann';
    const keeper = createGatekeeper({ flags, allowOverrides, onError: () => {} });
    const app = create();
    app.use(gatekeeper(keeper));
    if (before !== undefined) app.use(before);
    app.use((req, res) => {
      for (const [name, value] of ENTRIES) res.setHeader(name, value);
      render(req, res, gkOf(req));
    });
    return await request(app).get('/').set(headers);
  }

  const RENDERED: readonly (readonly [string, Render])[] = [
    [
      'was rendered before, and is sent while overrides are suspended',
      (_req, res, gk) => {
        const page = gk.ffVariant('SEARCH');
        gk.withoutOverrides(() => res.end(page));
      },
    ],
    [
      'is sent from a suspension inside another',
      (_req, res, gk) => {
        const page = gk.explain('SEARCH')?.variant;
        gk.withoutOverrides(() => gk.withoutOverrides(() => res.writeHead(200, FOR_CACHES).end(page)));
      },
    ],
    [
      'is sent where the suspension throws',
      (_req, res, gk) => {
        const page = gk.ffVariant('SEARCH');
        try {
          gk.withoutOverrides(() => {
            throw new Error('out of lamps');
          });
        } catch {
          res.end(page);
        }
      },
    ],
    ['evaluates a flag for another user', (_req, res, gk) => res.end(gk.ffVariant('SEARCH', { userId: 'bob' }))],
    [
      'evaluates another flag than the overridden one',
      (_req, res, gk) => {
        gk.ff('CHECKOUT', 'CLASSIC');
        res.end('FUZZY');
      },
    ],
    [
      'evaluates its flag and loses the Cookie header then',
      (req, res, gk) => {
        const page = gk.ffVariant('SEARCH');
        delete req.headers.cookie;
        res.end(page);
      },
    ],
  ];
  test.each(RENDERED)('a page that %s is private', async (_what, render) => {
    const { headers, text } = await rendered(render);

    expect([text, headers['cache-control'], headers.etag]).toEqual(['FUZZY', 'private, no-store', undefined]);
    expect(headers['x-accel-expires']).toBeUndefined();
  });

  test.each([
    { what: 'an override', overrides: { SEARCH: 'FUZZY' }, page: 'FUZZY', timing: 'gk.SEARCH;desc="FUZZY override"' },
    { what: 'the wish to watch', overrides: {}, page: 'EXACT', timing: 'gk.SEARCH;desc="EXACT default"' },
  ])(
    'with $what in a Cookie header that a later middleware sets, the page is private',
    async ({ overrides, page, timing }) => {
      const later: Handler = (req, _res, next) => {
        req.headers.cookie = overrideCookie(overrides);
        next();
      };

      const { headers, text } = await rendered((_req, res, gk) => res.end(gk.ffVariant('SEARCH')), later, {
        'X-User': 'ann',
      });
      const stranger = await rendered((_req, res, gk) => res.end(gk.ffVariant('SEARCH')), later, {});

      expect([text, headers['cache-control'], headers['server-timing']]).toEqual([page, 'private, no-store', timing]);
      expect([stranger.text, stranger.headers['cache-control']]).toEqual(['EXACT', FOR_CACHES['Cache-Control']]);
      expect(stranger.headers['server-timing']).toBeUndefined();
    },
  );

  test('a page that sets or removes an override is private, even the first one', async () => {
    for (const variant of ['FUZZY', '']) {
      const set: Render = (_req, res, gk) => res.end(String(gk.setBrowserOverrideVariant('SEARCH', variant)));
      for (const headers of [OVERRIDES, { 'X-User': 'ann' }]) {
        const response = await rendered(set, undefined, headers);

        expect([response.text, response.headers['set-cookie']?.length]).toEqual(['true', 1]);
        expect([response.headers['cache-control'], response.headers['x-accel-expires']]).toEqual([
          'private, no-store',
          undefined,
        ]);
      }
      const refused = await rendered(set, undefined, { Cookie: OVERRIDES.Cookie });
      expect([refused.text, refused.headers['cache-control']]).toEqual(['false', FOR_CACHES['Cache-Control']]);
    }
  });

  test('a page that only calls mayOverride stays public', async () => {
    const { headers, text } = await rendered((_req, res, gk) => res.end(String(gk.mayOverride())));

    expect([text, headers['cache-control'], headers.etag]).toEqual(['true', 'public, max-age=60', FOR_CACHES.ETag]);
  });
}
