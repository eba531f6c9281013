import type { ServerResponse } from 'node:http';
import request from 'supertest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatekeeper } from '../../server-lib/express.ts';
import { createGatekeeper } from '../../server-lib/index.ts';
import { flags } from '../fakes/granting-keeper.ts';
import { overrideCookie } from '../fakes/override-cookie.ts';
import { exchange } from './exchange.ts';
import { gkOf, type Host, type HostApp } from './host.ts';

const FOR_CACHES = {
  'Cache-Control': 'public, max-age=60',
  'CDN-Cache-Control': 'max-age=600',
  'Cloudflare-CDN-Cache-Control': 'max-age=600',
  'Surrogate-Control': 'max-age=600',
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

/** A page that an override shaped is for its browser alone, whatever the application told caches. */
export function privatePagesContract({ create }: Host): void {
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

  test.each(Object.entries(WAYS))('set by %s, what caches were told is taken back', async (_way, write) => {
    const { headers, text } = await request(site(write)).get('/page').set(OVERRIDES);

    expect(text).toBe('FUZZY');
    expect(headers).toMatchObject({
      'cache-control': 'private, no-store',
      vary: 'Accept-Encoding, Cookie',
      'x-own': 'kept',
    });
    const gone = ['cdn-cache-control', 'cloudflare-cdn-cache-control', 'surrogate-control', 'etag', 'last-modified'];
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
    const answer = await exchange(site(write), 'GET /page', headers);

    expect(answer).toContain('public, max-age=60');
    expect(answer).toBe(await exchange(site(write), 'GET /page'));
  });

  test('the browser’s copy of the other variant is not confirmed, and the visitor’s own is', async () => {
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

  test('a request that asks no flag is left alone, conditions and all', async () => {
    const app = site(WAYS.setHeader as (typeof WAYS)[string], false);

    await request(app).get('/page').set(OVERRIDES).set('If-None-Match', FOR_CACHES.ETag).expect(304);
    expect(await exchange(app, 'GET /page', OVERRIDES)).toBe(await exchange(app, 'GET /page'));
  });

  test('an override that names nothing here leaves the page public', async () => {
    const app = site(WAYS.setHeader as (typeof WAYS)[string]);
    const { headers } = await request(app)
      .get('/page')
      .set({ ...OVERRIDES, Cookie: overrideCookie({ GONE: 'ON', SEARCH: 'GONE' }) });

    expect(headers['cache-control']).toBe('public, max-age=60');
    expect(headers.etag).toBe(FOR_CACHES.ETag);
  });
}
