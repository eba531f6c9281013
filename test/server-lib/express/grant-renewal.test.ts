import express from 'express';
import request from 'supertest';
import { afterEach, expect, test, vi } from 'vitest';
import { gatekeeper, grantRoute } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags } from '../../../server-lib/index.ts';

afterEach(() => vi.unstubAllEnvs());

test.each(['when a flag was evaluated before', 'when none was'])(
  'a grant is not renewed by an override of the flag that authorize evaluates, %s',
  async (when) => {
    vi.stubEnv('NODE_ENV', 'production');
    let isStaff = true;
    const flags = defineFlags({
      STAFF: { variants: ['YES', 'NO'], default: 'NO', decide: () => (isStaff ? 'YES' : 'NO') },
    });
    const origin = 'https://app.example.com';
    const keeper = createGatekeeper({
      flags,
      grants: {
        keys: [{ kid: '1', secret: Buffer.alloc(32, 7) }],
        origins: [origin],
        authorize: (req: { gk: { ff(flag: string, variant: string): boolean } }) =>
          req.gk.ff('STAFF', 'YES') ? { sub: 7, scope: '*' } : null,
      } as never,
    });
    const app = express();
    app.use(gatekeeper(keeper));
    app.use((req, _res, next) => {
      if (when === 'when a flag was evaluated before')
        (req.gk as { ff(...names: string[]): boolean }).ff('STAFF', 'YES');
      next();
    });
    app.use(grantRoute(keeper));
    const ask = (cookie: string) =>
      request(app)
        .post('/gatekeeper/grant')
        .set({ origin, 'sec-fetch-site': 'same-origin', 'x-gatekeeper': '1', cookie });
    const given = await ask('');
    const grant = given.get('Set-Cookie')?.[0]?.split(';')[0] ?? '';
    isStaff = false;

    const renewed = await ask(`${grant}; __Host-gatekeeper=%7B%22STAFF%22%3A%22YES%22%7D`);

    expect(given.status).toBe(200);
    expect(renewed.status).toBe(404);
  },
);
