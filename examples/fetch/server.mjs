// node server.mjs, bun server.mjs or deno serve server.mjs; then open http://localhost:3000
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { handle, openGate } from 'gatekeeper-flags/fetch';

const flags = defineFlags({
  CHECKOUT: { description: 'The checkout that a customer gets', variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  WELCOME: { variants: ['SHOWN', 'HIDDEN'], default: 'HIDDEN', users: { SHOWN: ['ann'] } },
});
const keeper = createGatekeeper({ flags, name: 'Fetch example' });
const options = { userId: (request) => request.headers.get('x-user') };

async function fetch(request) {
  const { gk, finish } = openGate(keeper, request, options);
  return (await handle(keeper, request)) ?? finish(page(request, gk));
}

function page(request, gk) {
  if (new URL(request.url).pathname !== '/') return new Response('Not found', { status: 404 });
  const welcome = gk.ff('WELCOME', 'SHOWN') ? '<p>Welcome</p>' : '';
  const html = `<!doctype html><title>Shop</title>${welcome}<p>Checkout: ${gk.ffVariant('CHECKOUT')}`;
  return new Response(html, { headers: { 'Content-Type': 'text/html; charset=utf-8' } });
}

export default { fetch };

// Node has no server for `fetch`, so this one passes each request on.
if (!('Bun' in globalThis || 'Deno' in globalThis)) {
  const server = createServer(async ({ method, url, headers }, res) => {
    const response = await fetch(new Request(`http://${headers.host}${url}`, { method, headers }));
    res.statusCode = response.status;
    for (const [name, value] of response.headers) res.appendHeader(name, value);
    if (response.body === null) return res.end();
    Readable.fromWeb(response.body).pipe(res);
  });
  server.listen(process.env.PORT ?? 3000, () => console.log(`http://localhost:${server.address().port}`));
}
