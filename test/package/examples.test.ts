import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { overrideCookie } from '../helpers/http/node-request.ts';
import { installedCopy } from '../helpers/package/consumer.ts';
import { buildNextProject } from '../helpers/processes/next-project.ts';
import { startServerProgram } from '../helpers/processes/process.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';
import { IS_DEEP } from '../helpers/vitest/depth.ts';

interface Example {
  readonly name: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly program?: string;
}

const NEST = ['@nestjs/common', '@nestjs/core', '@nestjs/platform-express', 'reflect-metadata', 'rxjs'];

// Each is one file that shows the same two flags on another host, from the packed tarball.
const EXAMPLES: readonly Example[] = [
  { name: 'fastify', packages: { fastify: 'fastify' } },
  { name: 'fetch', packages: {} },
  { name: 'koa', packages: { koa: 'koa' } },
  { name: 'hono', packages: { hono: 'hono', '@hono/node-server': '@hono/node-server' } },
  { name: 'nest', packages: Object.fromEntries(NEST.map((name) => [name, name])), program: 'server.mts' },
];

test.each([...EXAMPLES.map(({ name }) => name), 'next'])('the example for %s has at most 40 lines', (name) => {
  const folder = path.join(ROOT, 'examples', name);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(?:m?[jt]s|jsx)$/.test(file),
  );
  const lines = files.flatMap((file) => readFileSync(path.join(folder, file), 'utf8').trimEnd().split('\n'));

  expect(lines.length).toBeLessThanOrEqual(40);
});

test.each(EXAMPLES)(
  'the example for $name serves its flags, an override and the manifest',
  async ({ name, packages, program = 'server.mjs' }) => {
    const origin = await startServerProgram(['--import', import.meta.resolve('tsx'), program], {
      cwd: installedCopy(path.join('examples', name), packages),
      env: { ...process.env, NODE_ENV: 'development', PORT: '0' },
    });

    const overridden = await expectExample(origin);
    expect(overridden.headers.get('server-timing')).toContain('gk.CHECKOUT;desc="ONE_PAGE override"');
  },
);

test.runIf(IS_DEEP)('the example for next serves its flags, an override and the manifest', async () => {
  const project = await buildNextProject('examples/next', 'next');
  onTestFinished(project.remove);
  const server = await project.start({ NODE_ENV: 'test' }); // a production build that counts as development
  onTestFinished(server.close);

  const overridden = await expectExample(server.origin);
  expect(await overridden.text()).toContain('"CHECKOUT":"ONE_PAGE override"');
});

/** Asks an example for its pages. The response with an override. */
async function expectExample(origin: string): Promise<Response> {
  const get = (at: string, headers: Readonly<Record<string, string>> = {}) => fetch(origin + at, { headers });

  expect(await (await get('/')).text()).toContain('Checkout: CLASSIC');
  expect(await (await get('/', { 'x-user': 'ann' })).text()).toContain('Welcome');
  const overridden = await get('/', { cookie: overrideCookie({ CHECKOUT: 'ONE_PAGE' }) });
  expect(await overridden.clone().text()).toContain('Checkout: ONE_PAGE');
  expect(overridden.headers.get('cache-control')).toBe('private, no-store');
  expect(await (await get('/.well-known/gatekeeper.json')).json()).toMatchObject({ gatekeeper: 1 });
  expect((await get('/unknown')).status).toBe(404);
  return overridden;
}
