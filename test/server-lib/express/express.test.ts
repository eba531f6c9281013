import connect from 'connect';
import express from 'express';
import express4 from 'express4';
import request from 'supertest';
import { expect, test } from 'vitest';
import { gatekeeper, grantRoute, manifestRoute } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags, GatekeeperError } from '../../../server-lib/index.ts';
import { expressContract } from '../../contracts/http-host/express-only.ts';
import { gkOf, type HostApp } from '../../contracts/http-host/host.ts';
import { httpHostContract } from '../../contracts/http-host/http-host.ts';

const create = () => express().disable('x-powered-by');
const keeper = createGatekeeper({ flags: defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } }) });

httpHostContract({ name: 'Express 5', create: () => create() as unknown as HostApp });
expressContract(create);

test('the error of an async handler reaches the error handler, as in Express 5', async () => {
  const app = create();
  app.use(gatekeeper(keeper));
  app.get('/', async (req, res) => {
    await null;
    if (gkOf(req).ff('SEARCH', 'EXACT')) throw new Error('out of lamps');
    res.send('never');
  });
  app.use(
    ((error, _req, res, _next) => void res.status(503).send(error.message)) satisfies express.ErrorRequestHandler,
  );

  await request(app).get('/').expect(503, 'out of lamps');
});

test.each(['flags.json', '', 7, null])('a manifest at the path %o throws when the route is created', (path) => {
  expect(() => manifestRoute(keeper, { path: path as string })).toThrow(GatekeeperError);
  expect(() => manifestRoute(keeper, { path: path as string })).toThrow(
    expect.objectContaining({
      code: 'ERR_GK_OPTIONS',
      message: expect.stringMatching(
        /^manifestRoute: path must be a plain path like \/\.well-known\/gatekeeper\.json; got /,
      ),
    }),
  );
});

test('the handlers have names, which appear in stack traces', () => {
  expect(gatekeeper(keeper).name).toBe('gatekeeperMiddleware');
  expect(manifestRoute(keeper).name).toBe('gatekeeperManifest');
});

test.each([
  { what: 'nothing', keeper: undefined, got: 'nothing' },
  { what: 'null', keeper: null, got: '"null"' },
  { what: 'the flags', keeper: keeper.flags, got: '"[object Object]"' },
  { what: 'the options', keeper: { flags: keeper.flags }, got: '"[object Object]"' },
  { what: 'the createGatekeeper function', keeper: createGatekeeper, got: expect.any(String) },
])('a handler created with $what instead of a keeper throws at once', ({ keeper, got }) => {
  for (const handler of [gatekeeper, manifestRoute, grantRoute]) {
    expect(() => handler(keeper as never)).toThrow(GatekeeperError);
    if (typeof got !== 'string') continue;
    expect(() => handler(keeper as never)).toThrow(
      `${handler.name}: expected a keeper, ${handler.name}(createGatekeeper({ flags })); got ${got}`,
    );
  }
});

test.each([
  { framework: 'Express 5', app: express() },
  { framework: 'Express 4', app: express4() },
  { framework: 'Connect', app: connect() },
])('app.use of $framework throws for a handler that is mounted without the call', ({ app }) => {
  for (const handler of [gatekeeper, manifestRoute, grantRoute]) {
    expect(() => app.use(handler as never)).toThrow(
      `${handler.name} is mounted without a keeper; write app.use(${handler.name}(keeper))`,
    );
  }
});

test.each([
  { options: { userID: () => 7 }, message: 'gatekeeper: there is no option "userID"; did you mean "userId"?' },
  {
    options: { sessions: () => 7, attributes: () => ({}) },
    message: 'gatekeeper: there is no option "sessions"; did you mean "session"?',
  },
  { options: { userId: 7 }, message: 'gatekeeper: userId must be a function; got "7"' },
  {
    options: { attributes: { plan: 'pro' } },
    message: 'gatekeeper: attributes must be a function; got "[object Object]"',
  },
  { options: { session: null }, message: 'gatekeeper: session must be a function; got "null"' },
  { options: () => 7, message: expect.stringMatching(/^gatekeeper: options must be an object; got /) },
])('the middleware refuses $options', ({ options, message }) => {
  expect(() => gatekeeper(keeper, options as never)).toThrow(
    expect.objectContaining({ name: 'GatekeeperError', code: 'ERR_GK_OPTIONS', message }),
  );
});

test('a misspelt option of the manifest route is refused', () => {
  expect(() => manifestRoute(keeper, { Path: '/flags.json' } as never)).toThrow(
    'manifestRoute: there is no option "Path"; did you mean "path"?',
  );
});
