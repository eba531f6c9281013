// node copies.mjs: an application and one mounted in it, each with its own copy of the package and its own flags.
import { createServer } from 'node:http';
import express from 'express';
import * as one from 'gatekeeper-flags';
import * as oneExpress from 'gatekeeper-flags/express';
import * as two from 'second-copy';
import * as twoExpress from 'second-copy/express';

function application({ createGatekeeper, defineFlags }, { gatekeeper, manifestRoute }, variants) {
  const [off, on] = variants;
  const keeper = createGatekeeper({ flags: defineFlags({ SEARCH: { variants, default: off } }) });
  const app = express().use(gatekeeper(keeper)).use(manifestRoute(keeper));
  app.get('/answer', (req, res) => res.end(`${req.gk.ffVariant('SEARCH')} ${req.gk.ff('SEARCH', on)}`));
  return app;
}

const inner = application(two, twoExpress, ['OLD', 'NEW']);
const outer = application(one, oneExpress, ['EXACT', 'FUZZY']).use('/inner', inner);
const server = createServer(outer).listen(0, '127.0.0.1', async () => {
  const answers = [];
  for (const path of ['/answer', '/inner/answer'])
    for (const variant of ['FUZZY', 'NEW']) {
      const headers = { cookie: `gatekeeper={"SEARCH":"${variant}"}` };
      answers.push(await (await fetch(`http://127.0.0.1:${server.address().port}${path}`, { headers })).text());
    }
  console.log(JSON.stringify({ areTwo: one.createGatekeeper !== two.createGatekeeper, answers }));
  server.closeAllConnections();
  server.close();
});
