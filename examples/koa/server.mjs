// npm install koa gatekeeper-flags; NODE_ENV=development node server.mjs; then open http://localhost:3000
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeper, manifestRoute } from 'gatekeeper-flags/koa';
import Koa from 'koa';

const flags = defineFlags({
  CHECKOUT: { description: 'The checkout that a customer gets', variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  WELCOME: { variants: ['SHOWN', 'HIDDEN'], default: 'HIDDEN', users: { SHOWN: ['ann'] } },
});
const keeper = createGatekeeper({ flags, name: 'Koa example' });

const app = new Koa();
app.use(gatekeeper(keeper, { userId: (ctx) => ctx.get('x-user') || undefined })).use(manifestRoute(keeper));

app.use((ctx, next) => {
  if (ctx.path !== '/') return next();
  const welcome = ctx.gk.ff('WELCOME', 'SHOWN') ? '<p>Welcome</p>' : '';
  ctx.body = `<!doctype html><title>Shop</title>${welcome}<p>Checkout: ${ctx.gk.ffVariant('CHECKOUT')}`;
});

const server = app.listen(process.env.PORT ?? 3000, () => console.log(`http://localhost:${server.address().port}`));
