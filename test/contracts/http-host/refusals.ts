import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatekeeper, grantRoute, manifestRoute } from '../../../server-lib/express.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import {
  cookieOf,
  flags,
  GRANT_PATH,
  grantedCookies,
  grantingKeeper,
  OWN_REQUEST,
} from '../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { rawResponse } from '../../helpers/http/raw-response.ts';
import { serveApp } from '../../helpers/http/serve-app.ts';
import type { Host, HostApp } from './host.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];
const MANIFEST = '/.well-known/gatekeeper.json';
const FORGED = `${grantedCookies({ SEARCH: 'FUZZY' }, '__Host-gatekeeper-grant=a.b.c')}; ${overrideCookie({ SEARCH: 'FUZZY' })}`;

/** For a request that may not override, our routes look like a path that does not exist, with any method. */
export function refusalsContract({ create }: Host): void {
  beforeEach(() => {
    vi.stubEnv('NODE_ENV', 'production');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  function grantingSite(): HostApp {
    const app = create();
    const keeper = grantingKeeper({ subjectOf: ({ headers }) => headers['x-user'] as string });
    for (const handler of [gatekeeper(keeper), manifestRoute(keeper), grantRoute(keeper)]) app.use(handler);
    return app;
  }
  function closedSite(): HostApp {
    const app = create();
    const keeper = createGatekeeper({ flags, allowOverrides: () => false });
    for (const handler of [gatekeeper(keeper), manifestRoute(keeper)]) app.use(handler);
    return app;
  }
  const onPath = (site: string, path: string) =>
    METHODS.flatMap((method) =>
      [undefined, FORGED].map((cookie) => ({ site, path, method, cookie: cookie && 'forged cookies' })),
    );

  test.each([
    ...onPath('a site with grants', MANIFEST),
    ...onPath('a site with grants', GRANT_PATH),
    ...onPath('a site with a policy', MANIFEST),
    ...onPath('a site with a policy', GRANT_PATH),
  ])(
    '$method $path of $site with $cookie gives the response of an unknown path, byte for byte',
    async ({ site, path, method, cookie }) => {
      const app = site === 'a site with grants' ? grantingSite() : closedSite();
      const headers = { ...OWN_REQUEST, 'X-User': 'mallory', ...(cookie && { Cookie: FORGED }) };

      const response = await rawResponse(app, `${method} ${path}`, headers);

      const unknown = path.replace('gatekeeper', 'neverthere');
      const other = (await rawResponse(app, `${method} ${unknown}`, headers)).replaceAll('neverthere', 'gatekeeper');
      expect(response).toMatch(/^HTTP\/1.1 404 /);
      expect(response).toBe(other);
      expect(response).toBe(await rawResponse(create(), `${method} ${path}`, headers));
    },
  );

  test.each([
    { who: 'the person who holds a grant', user: 'bob', holds: 'bob', status: 204 },
    { who: 'a person who could ask for one', user: 'bob', holds: undefined, status: 204 },
    { who: 'a stranger', user: 'mallory', holds: undefined, status: 404 },
    { who: 'a stranger with the grant of another', user: 'mallory', holds: 'bob', status: 404 },
  ])('DELETE by $who gives $status', async ({ user, holds, status }) => {
    const { send } = await serveApp(grantingSite());
    const grantOf = async (person: string) =>
      cookieOf(
        (await send('POST', GRANT_PATH, { headers: { ...OWN_REQUEST, 'x-user': person } })).headers['set-cookie']?.[0],
      );
    const cookie = holds === undefined ? {} : { cookie: await grantOf(holds) };

    const response = await send('DELETE', GRANT_PATH, { headers: { ...OWN_REQUEST, 'x-user': user, ...cookie } });

    expect(response.status).toBe(status);
    expect(response.headers['set-cookie']?.length).toBe(status === 204 ? 2 : undefined);
  });

  test('DELETE revokes a grant that is still valid even if authorize now rejects its user', async () => {
    let isNamed = true;
    const app = create();
    const authorize = () => (isNamed ? { sub: 'ann', scope: '*' as const } : null);
    app.use(grantRoute(grantingKeeper({ authorize })));
    const { send } = await serveApp(app);
    const given = await send('POST', GRANT_PATH, { headers: OWN_REQUEST });
    isNamed = false;

    const headers = { ...OWN_REQUEST, cookie: cookieOf(given.headers['set-cookie']?.[0]) };

    expect((await send('DELETE', GRANT_PATH, { headers })).status).toBe(204);
    expect((await send('DELETE', GRANT_PATH, { headers: OWN_REQUEST })).status).toBe(404);
  });
}
