import type { IncomingMessage } from 'node:http';
import request from 'supertest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatekeeper, manifestRoute } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags, type GatekeeperOptions } from '../../../server-lib/index.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { gkOf, type Host, type HostApp } from './host.ts';

const STORED = '; Path=/; Max-Age=604800; SameSite=Lax';
const flags = {
  shop: defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT', users: { FUZZY: ['ann'] } } }),
  blog: defineFlags({ LAYOUT: { variants: ['LIST', 'GRID'], default: 'LIST', users: { GRID: ['blogger'] } } }),
};
const setTo = (flag: string, variant: string) => (req: IncomingMessage, _res: unknown, next: () => void) => {
  gkOf(req).setBrowserOverrideVariant(flag, variant);
  next();
};

/** Two keepers in one application, each with its own flags, share the cookie and nothing else. */
export function twoKeepersContract({ create }: Host): void {
  beforeEach(() => {
    vi.stubEnv('NODE_ENV', 'development');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  const keepers = () => ({
    shop: createGatekeeper({ flags: flags.shop }),
    blog: createGatekeeper({ flags: flags.blog }),
  });

  function editing(...edits: readonly (readonly ['shop' | 'blog', string, string])[]): HostApp {
    const app = create();
    const both = keepers();
    for (const [name, flag, variant] of edits) {
      app.use(gatekeeper(both[name] as never));
      app.use(setTo(flag, variant));
    }
    app.use((_req, res) => res.end());
    return app;
  }

  test.each([
    {
      edits: [
        ['shop', 'SEARCH', 'FUZZY'],
        ['blog', 'LAYOUT', 'GRID'],
      ],
      before: {},
      after: { LAYOUT: 'GRID', SEARCH: 'FUZZY' },
    },
    {
      edits: [
        ['shop', 'SEARCH', 'FUZZY'],
        ['blog', 'LAYOUT', 'GRID'],
        ['shop', 'SEARCH', 'EXACT'],
      ],
      before: {},
      after: { LAYOUT: 'GRID', SEARCH: 'EXACT' },
    },
    {
      edits: [
        ['shop', 'SEARCH', ''],
        ['blog', 'LAYOUT', 'GRID'],
      ],
      before: { SEARCH: 'FUZZY', OLD: 'ON' },
      after: { LAYOUT: 'GRID', OLD: 'ON' },
    },
    {
      edits: [
        ['shop', 'SEARCH', ''],
        ['blog', 'LAYOUT', 'GRID'],
      ],
      before: { SEARCH: 'FUZZY' },
      after: { LAYOUT: 'GRID' },
    },
  ] as const)('edits of both keepers in one response build on each other: $edits', async ({ edits, before, after }) => {
    const { headers } = await request(editing(...edits))
      .get('/')
      .set('Cookie', overrideCookie(before));

    expect(headers['set-cookie']).toEqual([overrideCookie(after) + STORED]);
  });

  test('the cookie is deleted if both keepers remove their last override', async () => {
    const app = editing(['shop', 'SEARCH', ''], ['blog', 'LAYOUT', '']);

    const { headers } = await request(app)
      .get('/')
      .set('Cookie', overrideCookie({ LAYOUT: 'GRID', SEARCH: 'FUZZY' }));

    expect(headers['set-cookie']).toEqual(['gatekeeper=; Path=/; Max-Age=0; SameSite=Lax']);
  });

  test('each keeper’s manifest is for the user of its own middleware', async () => {
    const { shop, blog } = keepers();
    const app = create();
    app.use(gatekeeper(shop, { userId: () => 'ann' }));
    app.use(gatekeeper(blog, { userId: () => 'blogger' }));
    app.use(manifestRoute(shop, { path: '/shop.json' }));
    app.use(manifestRoute(blog, { path: '/blog.json' }));

    for (const [path, current] of [
      ['/shop.json', 'FUZZY'],
      ['/blog.json', 'GRID'],
    ] as const) {
      const { body } = await request(app).get(path).expect(200);
      expect(body.flags[0]).toMatchObject({ current, source: 'user' });
    }
  });

  test('a third keeper, and one that is mounted twice, use the last user', async () => {
    const { shop, blog } = keepers();
    const app = create();
    app.use(gatekeeper(shop, { userId: () => 'nobody' }));
    app.use(gatekeeper(blog, { userId: () => 'blogger' }));
    app.use(gatekeeper(shop, { userId: () => 'ann' }));
    app.use(gatekeeper(createGatekeeper({ flags: { THIRD: { variants: ['ON', 'OFF'], default: 'OFF' } } })));
    app.use(manifestRoute(shop, { path: '/shop.json' }));
    app.use(manifestRoute(blog, { path: '/blog.json' }));

    expect((await request(app).get('/shop.json')).body.flags[0]).toMatchObject({ current: 'FUZZY' });
    expect((await request(app).get('/blog.json')).body.flags[0]).toMatchObject({ current: 'GRID' });
  });

  test('an override of one keeper’s flag does not permit overrides in the other', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const staff = defineFlags({ STAFF: { variants: ['YES', 'NO'], default: 'NO' } });
    const allowOverrides: GatekeeperOptions<typeof staff>['allowOverrides'] = (req) => gkOf(req).ff('STAFF', 'YES');
    const app = create();
    app.use(gatekeeper(createGatekeeper({ flags: flags.shop, allowOverrides })));
    app.use((req, _res, next) => {
      Object.assign(req, { shop: gkOf(req) });
      next();
    });
    app.use(gatekeeper(createGatekeeper({ flags: staff, allowOverrides: () => true })));
    app.use((req, res) => {
      const { shop } = req as unknown as { shop: ReturnType<typeof gkOf> };
      res.end(`${gkOf(req).ffVariant('STAFF')} ${shop.ffVariant('SEARCH')}`);
    });

    const { text } = await request(app)
      .get('/')
      .set('Cookie', overrideCookie({ STAFF: 'YES', SEARCH: 'FUZZY' }));

    expect(text).toBe('YES EXACT');
  });
}
