import express, { type Express, type Response } from 'express';
import { FIXTURE, type SiteName } from '../../../server-lib/cli/conform/fixture.ts';
import { gatekeeper, grantRoute, manifestRoute, ofrepRoute, overridePage } from '../../../server-lib/express.ts';
import { attributesOf, evaluationsOf, keeperOf, OFREP, pageAfterClose, pageOf, userOf } from '../definitions.ts';
import { nodeHost, portOf } from '../node-host.ts';

export const host = nodeHost({ name: 'Express 5', module: 'express' });

export const serve = siteServer(express);

/** The function that serves a site on a free port, with one of the versions of Express. */
export function siteServer(create: () => Express): (site: SiteName) => Promise<number> {
  return (site) => portOf(createSite(create(), site).listen(0, '127.0.0.1'));
}

function createSite(app: Express, site: SiteName): Express {
  const keeper = keeperOf(site);
  app.use(gatekeeper(keeper, { userId: userOf, attributes: attributesOf }));
  app.use(manifestRoute(keeper));
  if (site === 'grants') app.use(grantRoute(keeper));
  app.use(ofrepRoute(keeper, OFREP));
  app.use(overridePage(keeper));

  app.get('/conformance', ({ gk, query }, res) => {
    res.json(evaluationsOf(gk, query.flags, query.for));
  });
  app.get('/page', (req, res) => {
    const { flags, padding } = req.query;
    const page = pageOf(req.gk, flags);
    setPageHeaders(res);
    if (padding !== undefined) res.set('X-Padding', 'x'.repeat(Number(padding)));
    if (req.headers['if-none-match'] === FIXTURE.pageHeaders.ETag) res.status(304).end();
    else res.type('text/plain').send(page);
  });
  app.get('/redirect', ({ gk, query }, res) => {
    pageOf(gk, query.flags);
    setPageHeaders(res);
    res.redirect('/page');
  });
  app.get('/error', ({ gk, query }, res) => {
    pageOf(gk, query.flags);
    setPageHeaders(res);
    throw new Error('/error');
  });
  app.get('/stream', ({ gk, query }, res) => {
    const start = pageOf(gk, query.flags);
    setPageHeaders(res);
    res.type('text/plain').write(start);
    res.end(` ${pageOf(gk, query.late)}`);
  });
  app.get('/in-page', ({ gk, query }, res) => {
    pageOf(gk, query.flags);
    res.send(`<!doctype html><title>In-page</title>${gk.usedScript()}`);
  });
  app.post('/override', ({ gk, query }, res) => {
    res.json({ set: gk.setBrowserOverrideVariant(String(query.flag), String(query.variant)) });
  });
  app.get('/slow', async (req, res) => {
    res.send(await pageAfterClose(req, req.gk));
  });
  app.get('/endless', async (req, res) => {
    setPageHeaders(res);
    res.write(pageOf(req.gk, 'FLAG_A'));
    res.end(await pageAfterClose(req, req.gk));
  });
  return app;
}

function setPageHeaders(res: Response): void {
  res.set(FIXTURE.pageHeaders);
}
