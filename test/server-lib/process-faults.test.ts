import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runNode } from '../helpers/processes/process.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';
import { folderForThisTest } from '../helpers/temporary-folder.ts';

// A whole site with the built library: flags, an override, a grant, a hostile cookie, the manifest.
const SITE = `
import { createServer } from 'node:http';
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeper, grantRoute, manifestRoute } from 'gatekeeper-flags/express';
process.env.NODE_ENV = 'production';
const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const keys = [{ kid: 'k', secret: Buffer.alloc(32, 7) }];
const origins = ['https://app.example.com'];
const keeper = createGatekeeper({ flags, grants: { keys, origins, authorize: () => ({ sub: 1, scope: '*' }) } });
const [use, manifest, grant] = [gatekeeper(keeper), manifestRoute(keeper), grantRoute(keeper)];
const page = (req, res) => {
  const variant = req.gk.ffVariant('SEARCH');
  res.writeHead(200, { 'Cache-Control': 'public' }).end(variant);
};
const server = createServer((req, res) =>
  use(req, res, () => manifest(req, res, () => grant(req, res, () => page(req, res)))),
).listen(0, '127.0.0.1', async () => {
  const origin = 'http://127.0.0.1:' + server.address().port;
  const own = { origin: origins[0], 'sec-fetch-site': 'same-origin', 'x-gatekeeper': '1' };
  const given = await fetch(origin + '/gatekeeper/grant', { method: 'POST', headers: own });
  const [cookie] = given.headers.getSetCookie()[0].split(';');
  const texts = [];
  for (const value of ['{"SEARCH":"FUZZY"}', '{"__proto__":{"SEARCH":"FUZZY"}}', '%', '{"SEARCH":{"__proto__":null}}']) {
    const headers = { cookie: '__Host-gatekeeper=' + value + '; ' + cookie };
    const response = await fetch(origin, { headers });
    const body = await (await fetch(origin + '/.well-known/gatekeeper.json', { headers })).json();
    texts.push([await response.text(), response.headers.get('cache-control'), body.overrides.state].join(' '));
  }
  console.log(texts.join('|'));
  server.close();
  server.closeAllConnections();
});
`;
const WATCHED = 'EXACT private, no-store enabled'; // the tester's own cookie applies nothing, and the page lists its flags
const ANSWERS = `FUZZY private, no-store enabled|${WATCHED}|${WATCHED}|${WATCHED}\n`;

test.each([
  { flags: [] },
  { flags: ['--frozen-intrinsics'] },
  { flags: ['--disable-proto=throw'] },
  { flags: ['--disable-proto=delete'] },
])('with node $flags a site has the same responses', async ({ flags }) => {
  const ended = await runNode(['--no-warnings', ...flags, '--input-type=module', '--eval', SITE]);

  expect(ended).toEqual({ code: 0, output: ANSWERS });
});

test('sites in worker threads have the same responses, independently', async () => {
  const folder = folderForThisTest();
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(ROOT, path.join(folder, 'node_modules/gatekeeper-flags'));
  writeFileSync(path.join(folder, 'site.mjs'), SITE);
  const program = `
    import { Worker } from 'node:worker_threads';
    const run = () => new Promise((resolve, reject) => {
      new Worker(new URL('./site.mjs', import.meta.url)).on('error', reject).on('exit', resolve);
    });
    console.log(String(await Promise.all([run(), run(), run()])));
  `;
  writeFileSync(path.join(folder, 'main.mjs'), program);

  const { code, output } = await runNode(['--no-warnings', 'main.mjs'], { cwd: folder });

  expect([code, output]).toEqual([0, `${ANSWERS.repeat(3)}0,0,0\n`]);
});

test('two copies of the package in one process are independent', async () => {
  const folder = folderForThisTest();
  for (const copy of ['one', 'two']) {
    cpSync(path.join(ROOT, 'dist/server-lib'), path.join(folder, copy), { recursive: true });
  }
  const program = `
    const load = async (copy) => ({ ...(await import('./' + copy + '/index.js')), ...(await import('./' + copy + '/express.js')) });
    const [one, two] = [await load('one'), await load('two')];
    const quiet = { onError: () => {} };
    const define = (lib, name) => lib.createGatekeeper({ ...quiet, flags: { [name]: { variants: ['ON', 'OFF'], default: 'OFF' } } });
    const keepers = [define(one, 'A'), define(two, 'B')];
    const headers = { cookie: 'gatekeeper={"A":"ON","B":"ON"}' };
    const [req, res] = [{ headers, socket: {} }, { writeHead: () => res, setHeader: () => res }];
    one.gatekeeper(keepers[0])(req, res, () => {});
    const first = req.gk;
    two.gatekeeper(keepers[1])(req, res, () => {});
    console.log(first.ffVariant('A'), req.gk.ffVariant('B'), one.GatekeeperError === two.GatekeeperError);
    const permission = keepers[0].adapter.permissionOf(req);
    // A permission of the other copy is not one of this copy, so it permits nothing.
    console.log(keepers[1].gateFor({ cookie: headers.cookie, mayOverride: permission }).mayOverride());
  `;

  const options = { cwd: folder, env: { ...process.env, NODE_ENV: 'test' } };
  const ended = await runNode(['--no-warnings', '--input-type=module', '--eval', program], options);

  expect(ended).toEqual({ code: 0, output: 'ON ON false\nfalse\n' });
});
