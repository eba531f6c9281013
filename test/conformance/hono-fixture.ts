import type { IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { stream } from 'hono/streaming';
import { FIXTURE, type SiteName } from '../../server-lib/cli/conform/fixture.ts';
import { gatekeeper, grantRoute, manifestRoute, ofrepRoute, overridePage } from '../../server-lib/hono.ts';
import { attributesOf, evaluationsOf, keeperOf, OFREP, pageAfterClose, pageOf, userOf } from './definitions.ts';

/** The fixture as an application of Hono. */
export function honoFixture(site: SiteName) {
  const keeper = keeperOf(site);
  const withFlags = new Hono<{ Bindings: HttpBindings }>().use(
    gatekeeper(keeper, { userId: userOf, attributes: attributesOf }),
  );
  const app = site === 'grants' ? withFlags.use(grantRoute(keeper)) : withFlags;
  return app
    .use(manifestRoute(keeper))
    .use(ofrepRoute(keeper, OFREP))
    .use(overridePage(keeper))
    .onError((_error, c) => c.text('Internal Server Error', 500)) // Hono's own prints the error
    .get('/conformance', (c) => c.json(evaluationsOf(c.var.gk, c.req.query('flags'), c.req.query('for'))))
    .get('/page', (c) => {
      const { flags, padding } = c.req.query();
      const page = pageOf(c.var.gk, flags);
      setPageHeaders(c);
      if (padding !== undefined) c.header('X-Padding', 'x'.repeat(Number(padding)));
      if (c.req.header('if-none-match') === FIXTURE.pageHeaders.ETag) return c.body(null, 304);
      return c.text(page);
    })
    .get('/redirect', (c) => {
      pageOf(c.var.gk, c.req.query('flags'));
      setPageHeaders(c);
      return c.redirect('/page');
    })
    .get('/error', (c) => {
      pageOf(c.var.gk, c.req.query('flags'));
      setPageHeaders(c);
      throw new Error('/error');
    })
    .get('/stream', (c) => {
      const { flags, late } = c.req.query();
      const start = pageOf(c.var.gk, flags);
      setPageHeaders(c);
      return stream(c, async (out) => {
        await out.write(start);
        // A write does not wait until the head is sent. Promises alone decide what it has, so it is complete after them.
        await setImmediate();
        await out.write(` ${pageOf(c.var.gk, late)}`);
      });
    })
    .get('/in-page', (c) => {
      pageOf(c.var.gk, c.req.query('flags'));
      return c.html(`<!doctype html><title>In-page</title>${c.var.gk.usedScript()}`);
    })
    .post('/override', (c) => {
      const { flag = '', variant = '' } = c.req.query();
      return c.json({ set: c.var.gk.setBrowserOverrideVariant(flag, variant) });
    })
    .get('/slow', async (c) => c.text(await pageAfterClose(c.env.incoming as IncomingMessage, c.var.gk)))
    .get('/endless', (c) => {
      setPageHeaders(c);
      const start = pageOf(c.var.gk, 'FLAG_A');
      return stream(c, async (out) => {
        await out.write(start);
        await out.write(await pageAfterClose(c.env.incoming as IncomingMessage, c.var.gk));
      });
    });
}

function setPageHeaders(c: Context): void {
  for (const [name, value] of Object.entries(FIXTURE.pageHeaders)) c.header(name, value);
}
