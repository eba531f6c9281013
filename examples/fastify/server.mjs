// npm install fastify gatekeeper-flags; NODE_ENV=development node server.mjs; then open http://localhost:3000
import fastify from 'fastify';
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeper, manifestRoute } from 'gatekeeper-flags/fastify';

const flags = defineFlags({
  CHECKOUT: { description: 'The checkout that a customer gets', variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  WELCOME: { variants: ['SHOWN', 'HIDDEN'], default: 'HIDDEN', users: { SHOWN: ['ann'] } },
});
const keeper = createGatekeeper({ flags, name: 'Fastify example' });

const app = fastify();
app.register(gatekeeper, { keeper, userId: (request) => request.headers['x-user'] });
app.register(manifestRoute, { keeper });

app.get('/', ({ gk }, reply) => {
  const welcome = gk.ff('WELCOME', 'SHOWN') ? '<p>Welcome</p>' : '';
  reply.type('text/html; charset=utf-8');
  return `<!doctype html><title>Shop</title>${welcome}<p>Checkout: ${gk.ffVariant('CHECKOUT')}`;
});

await app.listen({ port: Number(process.env.PORT ?? 3000) });
console.log(`http://localhost:${app.server.address().port}`);
