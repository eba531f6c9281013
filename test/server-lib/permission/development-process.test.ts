import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import express from 'express';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { gatekeeper, manifestRoute } from '../../../server-lib/express.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import { gkOf } from '../../contracts/http-host/host.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { flags } from '../../helpers/grants/granting-keeper.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { serveApp } from '../../helpers/http/serve-app.ts';
import { startNginxWith } from '../../helpers/processes/nginx.ts';
import { run } from '../../helpers/processes/process.ts';
import { ROOT } from '../../helpers/repository/source-tree.ts';
import { folderForThisTest } from '../../helpers/temporary-folder.ts';

beforeEach(() => {
  vi.stubEnv('NODE_ENV', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const MANIFEST = '/.well-known/gatekeeper.json';
const COOKIE = overrideCookie({ SEARCH: 'FUZZY' });

/** Sets `isTTY` of this process's stdout for the running test. */
function stubTerminal(isTTY: boolean): void {
  const before = Object.getOwnPropertyDescriptor(process.stdout, 'isTTY');
  Object.defineProperty(process.stdout, 'isTTY', { value: isTTY, configurable: true });
  onTestFinished(() => {
    if (before === undefined) delete (process.stdout as { isTTY?: boolean }).isTTY;
    else Object.defineProperty(process.stdout, 'isTTY', before);
  });
}

/** A shop without options, in a process without NODE_ENV. */
async function shop() {
  const log = errorLog();
  const keeper = createGatekeeper({ flags, ...log });
  const app = express().disable('x-powered-by');
  app.use(gatekeeper(keeper), manifestRoute(keeper));
  app.get('/', (req, res) => void res.send(gkOf(req).ffVariant('SEARCH')));
  return { port: (await serveApp(app)).port, log };
}

/** The responses to a visitor with an override cookie: a page, the manifest's path and an unknown path of equal length. */
async function visit(origin: string) {
  const get = async (path: string) => {
    const response = await fetch(origin + path, { headers: { cookie: COOKIE } });
    const { date: _date, ...headers } = Object.fromEntries(response.headers);
    return { status: response.status, headers, body: await response.text() };
  };
  const [page, manifest, unknown] = [await get('/'), await get(MANIFEST), await get('/.well-known/neverthere.json')];
  return { page: page.body, manifest, unknown: { ...unknown, body: unknown.body.replace('neverthere', 'gatekeeper') } };
}

test('at a terminal without NODE_ENV, the developer’s own requests are development', async () => {
  stubTerminal(true);
  const { port, log } = await shop();

  const { page, manifest } = await visit(`http://localhost:${port}`);

  expect([page, manifest.status, log.errors]).toEqual(['FUZZY', 200, []]);
});

test.each([
  { isTTY: true, more: '' },
  { isTTY: false, more: '' },
  { isTTY: false, more: 'proxy_http_version 1.1;' },
  { isTTY: true, more: 'proxy_http_version 1.1; proxy_set_header Host shop.example.com;' },
  { isTTY: true, more: 'proxy_http_version 1.1; proxy_set_header X-Real-IP $remote_addr;' },
])('behind nginx (terminal: $isTTY, "$more") no visitor counts as the developer', async ({ isTTY, more }) => {
  stubTerminal(isTTY);
  const { port } = await shop();
  const origin = await startNginxWith(`proxy_pass http://localhost:${port}; ${more}`);

  const stranger = await visit(origin);

  expect(stranger.page).toBe('EXACT');
  expect(stranger.manifest).toEqual(stranger.unknown);
  expect(stranger.manifest.status).toBe(404);
});

const PROGRAM = `
import { createServer } from 'node:http';
import { gatekeeper } from '${pathToFileURL(path.join(ROOT, 'server-lib/express.ts'))}';
import { createGatekeeper, defineFlags } from '${pathToFileURL(path.join(ROOT, 'server-lib/index.ts'))}';
const keeper = createGatekeeper({ flags: defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } }) });
const use = gatekeeper(keeper);
const server = createServer((req, res) => use(req, res, () => res.end(req.gk.ffVariant('SEARCH'))));
server.listen(0, '127.0.0.1', async () => {
  for (const round of [1, 2]) {
    const headers = { cookie: ${JSON.stringify(COOKIE)}, connection: 'close' };
    const page = await fetch('http://localhost:' + server.address().port, { headers });
    console.log(await page.text());
  }
  server.close();
});
`;

/** The responses of a server without NODE_ENV to its developer, run by \`command\`; then it ends by itself. */
async function developerSees(command: (program: string) => readonly [string, ...string[]]) {
  const file = path.join(folderForThisTest(), 'server.mts');
  writeFileSync(file, PROGRAM);
  const { NODE_ENV: _unset, ...env } = process.env;
  const [program, ...args] = command(`'${process.execPath}' --import tsx '${file}'`);
  const { code, output } = await run(program, args, { env });
  return { code, lines: output.split(/\r?\n/).filter((line) => line !== '') };
}

const hasPseudoTerminals = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

test.skipIf(!hasPseudoTerminals)('in a real terminal a server without NODE_ENV is its developer’s', async () => {
  const ended = await developerSees((program) => ['script', '-qefc', program, '/dev/null']);

  expect(ended).toEqual({ code: 0, lines: ['FUZZY', 'FUZZY'] });
});

test('without a terminal, overrides are off on the same server, and stderr says once what to set', async () => {
  const ended = await developerSees((program) => ['sh', '-c', program]);

  expect(ended.code).toBe(0);
  expect(ended.lines.filter((line) => line !== 'EXACT')).toEqual([
    'gatekeeper-flags: ERR_GK_ENVIRONMENT: NODE_ENV is not set and the process has no terminal, so overrides are off. Set NODE_ENV=development on your own machine, and NODE_ENV=production on a server',
  ]);
  expect(ended.lines.filter((line) => line === 'EXACT')).toHaveLength(2);
});
