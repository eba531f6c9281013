import fastify from 'fastify';
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeper, manifestRoute } from 'gatekeeper-flags/fastify';

// The site of host-contract.ts. Prints its port.

const flags = defineFlags({
  MY_NEW_FEATURE: { variants: ['VISIBLE', 'NOT_VISIBLE'], default: 'NOT_VISIBLE', users: { VISIBLE: [1, 2, 3] } },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
});
const keeper = createGatekeeper({ flags });

const app = fastify();
app.register(gatekeeper, { keeper, userId: ({ headers }) => /\buser=(\d+)/.exec(headers.cookie ?? '')?.[1] });
app.register(manifestRoute, { keeper });

app.get('/', ({ gk }, reply) => {
  const feature = gk.ff('MY_NEW_FEATURE', 'VISIBLE') ? '<p data-testid="my-new-feature">The new feature</p>' : '';
  return reply.type('text/html; charset=utf-8').send(`<!doctype html>
    <title>Fastify</title>${feature}<p data-testid="search"></p>
    <form action="/sign-in"><button name="user" value="1">User 1</button></form>
    <script type="module">
      const { engine } = await (await fetch('/api/search')).json();
      document.querySelector('[data-testid=search]').dataset.engine = engine;
    </script>`);
});
app.get('/api/search', ({ gk }) => ({ engine: gk.ffVariant('SEARCH') }));
app.get('/sign-in', ({ query }, reply) =>
  reply.header('set-cookie', `user=${Number(query.user)}; Path=/`).redirect('/'),
);

await app.listen({ port: 0, host: '127.0.0.1' });
console.log(app.server.address().port);
