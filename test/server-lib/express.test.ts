import express from 'express';
import request from 'supertest';
import { expect, test } from 'vitest';
import { gatekeeper, manifestRoute } from '../../server-lib/express.ts';
import { createGatekeeper, defineFlags, GatekeeperError } from '../../server-lib/index.ts';
import { expressContract } from '../contracts/express-only.ts';
import { gkOf, type HostApp } from '../contracts/host.ts';
import { httpHostContract } from '../contracts/http-host.ts';

const create = () => express().disable('x-powered-by');
const keeper = createGatekeeper({ flags: defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } }) });

httpHostContract({ name: 'Express 5', create: () => create() as unknown as HostApp });
expressContract(create);

test('an async handler that fails reaches the error handler, as Express 5 promises', async () => {
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

test.each(['flags.json', '', 7, null])('a manifest at the path %o is refused when the route is made', (path) => {
  expect(() => manifestRoute(keeper, { path: path as string })).toThrow(GatekeeperError);
  expect(() => manifestRoute(keeper, { path: path as string })).toThrow(
    expect.objectContaining({ code: 'ERR_GK_OPTIONS', message: 'manifestRoute: path starts with "/"' }),
  );
});

test('the handlers carry names, so that they show in stack traces', () => {
  expect(gatekeeper(keeper).name).toBe('gatekeeperMiddleware');
  expect(manifestRoute(keeper).name).toBe('gatekeeperManifest');
});
