// npm install express gatekeeper-flags react react-dom esbuild @openfeature/react-sdk @openfeature/web-sdk @openfeature/core
// npm install @openfeature/ofrep-web-provider; NODE_ENV=development node server.mjs; then open http://localhost:3000
import { fileURLToPath } from 'node:url';
import { OpenFeature } from '@openfeature/react-sdk';
import { build } from 'esbuild';
import express from 'express';
import { createGatekeeper, defineFlags, ofrepDocument } from 'gatekeeper-flags';
import { gatekeeper, manifestRoute, ofrepRoute } from 'gatekeeper-flags/express';
import { createElement as h } from 'react';
import { renderToString } from 'react-dom/server';
import { App } from './page.mjs';

const flags = defineFlags({
  CHECKOUT: { description: 'The checkout that a customer gets', variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  LIMIT: { variants: ['FEW', 'MANY'], values: { FEW: 3, MANY: 10 }, default: 'FEW', users: { MANY: ['ann'] } },
});
const keeper = createGatekeeper({ flags, name: 'React example' });
const names = ['CHECKOUT', 'LIMIT']; // that clients may read
const client = await build({
  entryPoints: [fileURLToPath(new URL('client.mjs', import.meta.url))],
  bundle: true,
  format: 'esm',
  define: { 'process.env.NODE_ENV': JSON.stringify(process.env.NODE_ENV ?? 'production') },
  write: false,
});

const app = express();
app.use(gatekeeper(keeper, { userId: (req) => req.get('x-user') }));
app.use(manifestRoute(keeper), ofrepRoute(keeper, { flags: names }));

app.get('/', ({ gk }, res) => {
  OpenFeature.setProvider(providerOf(gk)); // React renders at once, so no other request comes between
  const page = renderToString(h(App));
  const values = JSON.stringify(ofrepDocument(gk, names)).replaceAll('<', '\\u003c');
  res.send(`<!doctype html><meta charset="utf-8"><title>Cart</title><div id="root">${page}</div>
<script type="application/json" id="flags">${values}</script><script type="module" src="/client.js"></script>`);
});
app.get('/client.js', (_req, res) => res.type('js').send(client.outputFiles[0].text));

/** The request's flags for the components on the server. */
function providerOf(gk) {
  const resolve = (flag, byDefault) => ({ value: gk.ffValue(flag) ?? byDefault });
  return {
    metadata: { name: 'request' },
    resolveBooleanEvaluation: resolve,
    resolveStringEvaluation: resolve,
    resolveNumberEvaluation: resolve,
    resolveObjectEvaluation: resolve,
  };
}

const server = app.listen(process.env.PORT ?? 3000, () => console.log(`http://localhost:${server.address().port}`));
