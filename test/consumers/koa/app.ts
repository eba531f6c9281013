import express from 'express';
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeper as forExpress } from 'gatekeeper-flags/express';
import { gatekeeper, grantRoute, manifestRoute } from 'gatekeeper-flags/koa';
import Koa from 'koa';

const flags = defineFlags({
  MY_NEW_FEATURE: {
    variants: ['VISIBLE', 'NOT_VISIBLE'],
    default: 'NOT_VISIBLE',
    // The adapters of Express and Koa are in one program, so the request is the union of both.
    decide: ({ request }) => ('ctx' in request && request.ctx.get('x-user') === 'ann' ? 'VISIBLE' : undefined),
  },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: 10, HIGH: 100 }, default: 'LOW' },
});

declare module 'gatekeeper-flags' {
  interface Register {
    flags: typeof flags;
  }
}

const keeper = createGatekeeper({ flags, allowOverrides: (request) => request.get('x-user') === 'ann' });
const app = new Koa();
app.use(gatekeeper(keeper, { userId: (ctx) => ctx.get('x-user') })).use(manifestRoute(keeper, { path: '/flags.json' }));
app.use(grantRoute(keeper));
new Koa<{ readonly user: string }>().use(gatekeeper(keeper));
express().use(forExpress(keeper, { userId: (req) => req.get('x-user') }));

app.use((ctx) => {
  const visible: boolean = ctx.gk.ff('MY_NEW_FEATURE', 'VISIBLE');
  const variant: 'EXACT' | 'FUZZY' = ctx.gk.ffVariant('SEARCH');
  const limit: 10 | 100 = ctx.gk.ffValue('LIMIT');
  ctx.body = { visible, variant, limit };
});

app.use((ctx) => {
  // @ts-expect-error there is no such flag
  ctx.gk.ff('MY_NEW_FAETURE', 'VISIBLE');
  // @ts-expect-error FUZZY belongs to SEARCH
  ctx.gk.ff('MY_NEW_FEATURE', 'FUZZY');
  // @ts-expect-error the value is a number
  const limit: string = ctx.gk.ffValue('LIMIT');
  ctx.body = limit;
});

// @ts-expect-error middleware needs a keeper
app.use(gatekeeper(flags));
// @ts-expect-error a user's id is a string or a number
app.use(gatekeeper(keeper, { userId: () => true }));
