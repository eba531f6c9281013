import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatekeeper, grantRoute, manifestRoute } from '../../../server-lib/express.ts';
import { GRANT_PATH, grantingKeeper, ORIGIN } from '../../helpers/grants/granting-keeper.ts';
import { type AppResponse, serveApp } from '../../helpers/http/serve-app.ts';
import type { Host } from './host.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'];
const ORIGINS = [ORIGIN, undefined, 'null', 'https://evil.example', `${ORIGIN}.evil.example`, 'http://app.example.com'];
const SITES = ['same-origin', undefined, 'same-site', 'cross-site', 'none'];
const MARKS = ['1', undefined, 'true'];
const BODIES = [undefined, 1_024, 1_025, 'chunked'] as const;

const ROWS = ORIGINS.flatMap((origin) =>
  SITES.flatMap((site) => MARKS.flatMap((mark) => BODIES.map((body) => ({ origin, site, mark, body })))),
);

/** Only a deliberate request of the site's own pages changes a browser's grant. */
export function grantCsrfContract({ create }: Host): void {
  beforeEach(() => {
    vi.stubEnv('NODE_ENV', 'production');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  function site(withFlags: boolean) {
    const app = create();
    const keeper = grantingKeeper();
    if (withFlags)
      for (const handler of [gatekeeper(keeper), manifestRoute(keeper), grantRoute(keeper)]) app.use(handler);
    app.use('/page', (_req, res) => res.end('page'));
    return serveApp(app);
  }

  test.each(METHODS)('of all %s requests only those of the site’s own pages change anything', async (method) => {
    const [app, plain] = [await site(true), await site(false)];
    const own404 = new Map<unknown, AppResponse>();
    const changed: string[] = [];

    for (const { origin, site: fetchSite, mark, body } of ROWS) {
      const given = { 'x-user': 'ann', origin, 'sec-fetch-site': fetchSite, 'x-gatekeeper': mark };
      const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const sending = { headers: headers as Record<string, string>, ...(body === undefined ? {} : { body }) };
      if (!own404.has(body)) own404.set(body, await plain.send(method, GRANT_PATH, sending));

      const response = await app.send(method, GRANT_PATH, sending);

      const expected = own404.get(body);
      if (response.headers['set-cookie'] !== undefined) changed.push(`${origin} ${fetchSite} ${mark} ${body}`);
      else expect(response).toEqual(expected);
      expect(expected?.status).toBe(404);
    }

    const right = [undefined, 1_024].flatMap((body) => [
      `${ORIGIN} same-origin 1 ${body}`,
      `${ORIGIN} undefined 1 ${body}`,
    ]);
    expect(changed.sort()).toEqual(method === 'POST' || method === 'DELETE' ? right.sort() : []);
  });

  test.each([
    { path: `${GRANT_PATH}/`, found: false },
    { path: `${GRANT_PATH}s`, found: false },
    { path: `/x${GRANT_PATH}`, found: false },
    { path: `/${GRANT_PATH}`, found: false },
    { path: '/gatekeeper/Grant', found: false },
    { path: '/gatekeeper/%67rant', found: false },
    { path: `/?${GRANT_PATH}`, found: false },
    { path: `${GRANT_PATH}?a=1`, found: true },
  ])('at $path a grant is issued: $found', async ({ path, found }) => {
    const app = await site(true);
    const headers = { 'x-user': 'ann', origin: ORIGIN, 'sec-fetch-site': 'same-origin', 'x-gatekeeper': '1' };

    const { status } = await app.send('POST', path, { headers });

    expect(status).toBe(found ? 200 : 404);
  });
}
