// node --no-experimental-require-module mixed.mjs: here, as in Jest, `require` loads the CommonJS files. Prints the responses
// of a keeper of one copy with the middleware of the other, with an override, and whether each copy accepts the other's objects.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import * as esm from 'gatekeeper-flags';
import * as esmExpress from 'gatekeeper-flags/express';
import * as esmRules from 'gatekeeper-flags/rules';

const require = createRequire(import.meta.url);
const cjs = require('gatekeeper-flags');
const cjsExpress = require('gatekeeper-flags/express');
const definitions = { SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } };

const answers = [];
for (const [core, { gatekeeper, manifestRoute }, allowOverrides] of [
  [esm, cjsExpress, () => true],
  [cjs, esmExpress, () => true],
  [esm, cjsExpress, () => false],
  [cjs, esmExpress, () => false],
]) {
  const other = core === esm ? cjs : esm;
  const keeper = core.createGatekeeper({ flags: other.defineFlags(definitions), allowOverrides });
  const [mount, route] = [gatekeeper(keeper), manifestRoute(keeper)];
  const server = createServer((request, response) => {
    mount(request, response, () => route(request, response, () => response.end(request.gk.ffVariant('SEARCH'))));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const headers = { cookie: 'gatekeeper={"SEARCH":"FUZZY"}' };
  const page = await fetch(origin, { headers });
  const manifest = await fetch(`${origin}/.well-known/gatekeeper.json`, { headers });
  const text = await manifest.text();
  answers.push([
    await page.text(),
    page.headers.get('cache-control'),
    text.startsWith('{') ? JSON.parse(text).flags[0].source : text,
  ]);
  server.closeAllConnections();
  server.close();
}

function mistake(work) {
  try {
    work();
  } catch (error) {
    return error;
  }
}
const errors = [
  mistake(() => cjs.defineFlags({ 'no name': {} })) instanceof esm.GatekeeperError,
  mistake(() => esmRules.compileRules('{')) instanceof cjs.GatekeeperError,
  new Error('other') instanceof esm.GatekeeperError,
];
console.log(JSON.stringify({ areTwo: esm.createGatekeeper !== cjs.createGatekeeper, answers, errors }));
