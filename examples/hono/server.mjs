// node server.mjs, then open http://localhost:3000
import { serve } from '@hono/node-server';
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeper, manifestRoute } from 'gatekeeper-flags/hono';
import { Hono } from 'hono';
import { html } from 'hono/html';

const flags = defineFlags({
  CHECKOUT: { description: 'The checkout that a customer gets', variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  WELCOME: { variants: ['SHOWN', 'HIDDEN'], default: 'HIDDEN', users: { SHOWN: ['ann'] } },
});
const keeper = createGatekeeper({ flags, name: 'Hono example' });

const app = new Hono()
  .use(gatekeeper(keeper, { userId: (c) => c.req.header('x-user') }))
  .use(manifestRoute(keeper))
  .get('/', (c) => {
    const { gk } = c.var;
    const welcome = gk.ff('WELCOME', 'SHOWN') ? html`<p>Welcome</p>` : '';
    return c.html(html`<!doctype html><title>Shop</title>${welcome}<p>Checkout: ${gk.ffVariant('CHECKOUT')}`);
  });

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) => {
  console.log(`http://localhost:${port}`);
});
