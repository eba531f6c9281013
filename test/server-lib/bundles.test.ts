import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { expect, test } from 'vitest';
import webpack from 'webpack';
import { runNode } from '../helpers/processes/process.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';
import { folderForThisTest } from '../helpers/temporary-folder.ts';
import { IS_DEEP } from '../helpers/vitest/depth.ts';

/** Requests a page, the manifest and the override page of a site, with an override cookie. */
const SITE = `
import { createServer, get } from 'node:http';
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeper, manifestRoute, overridePage } from 'gatekeeper-flags/express';
const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const keeper = createGatekeeper({ flags, onError: () => {} });
const [use, manifest, flagsPage] = [gatekeeper(keeper), manifestRoute(keeper), overridePage(keeper)];
const server = createServer((req, res) =>
  use(req, res, () => manifest(req, res, () => flagsPage(req, res, () => res.end(req.gk.ffVariant('SEARCH'))))),
).listen(0, '127.0.0.1', async () => {
  const headers = { host: 'shop.example.com', cookie: 'gatekeeper={"SEARCH":"FUZZY"}' };
  const answers = [];
  for (const path of ['/', '/.well-known/gatekeeper.json', '/gatekeeper']) {
    const port = server.address().port;
    const answer = await new Promise((resolve) => get({ port, path, headers, agent: false }, resolve));
    answers.push((await answer.setEncoding('utf8').toArray()).join(''));
  }
  process.stdout.write(answers[0] + (answers[1].startsWith('{') ? ' ' + JSON.parse(answers[1]).environment : ''));
  if (answers[2].includes('src="./gatekeeper/page-')) process.stdout.write(', page');
  server.close();
});
`;

interface Bundling {
  readonly entry: string;
  readonly outfile: string;
  /** The value that replaces `process.env.NODE_ENV`. */
  readonly mode: 'development' | 'production';
}

const ESBUILD = { bundle: true, minify: true, platform: 'node', format: 'esm', logLevel: 'error' } as const;

const BUNDLERS: Readonly<Record<string, (bundling: Bundling) => Promise<unknown>>> = {
  esbuild: ({ entry, outfile, mode }) =>
    esbuild({
      ...ESBUILD,
      entryPoints: [entry],
      outfile,
      define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    }),
  'esbuild, with the whole of process.env': ({ entry, outfile, mode }) =>
    esbuild({
      ...ESBUILD,
      entryPoints: [entry],
      outfile,
      define: { 'process.env': JSON.stringify({ NODE_ENV: mode }) },
    }),
  webpack: ({ entry, outfile, mode }) => webpacked({ entry, outfile, mode }),
  'webpack, with the whole of process.env': ({ entry, outfile, mode }) =>
    webpacked({ entry, outfile, mode }, [
      new webpack.DefinePlugin({ 'process.env': { NODE_ENV: JSON.stringify(mode) } }),
    ]),
  vite: ({ entry, outfile, mode }) =>
    vite({
      configFile: false,
      logLevel: 'silent',
      mode,
      define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
      ssr: { noExternal: true },
      build: {
        ssr: entry,
        outDir: path.dirname(outfile),
        emptyOutDir: false,
        rolldownOptions: { output: { entryFileNames: path.basename(outfile) } },
      },
    }),
};

function webpacked({ entry, outfile, mode }: Bundling, plugins: webpack.WebpackPluginInstance[] = []): Promise<void> {
  const compiler = webpack({
    entry,
    mode,
    plugins,
    target: 'node20',
    experiments: { outputModule: true },
    output: { path: path.dirname(outfile), filename: path.basename(outfile), module: true, chunkFormat: 'module' },
  });
  return new Promise((resolve, reject) => {
    compiler?.run((error, stats) => {
      if (error || stats?.hasErrors()) reject(error ?? new Error(stats?.toString('errors-only')));
      else resolve();
    });
  });
}

// A bundle by webpack takes several seconds.
const SLOW = ['webpack'];
const names = Object.keys(BUNDLERS).filter((name) => IS_DEEP || !SLOW.includes(name));

test.each(names)('a bundle by %s reads NODE_ENV at run time, not at build time', async (name) => {
  const folder = folderForThisTest();
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(ROOT, path.join(folder, 'node_modules/gatekeeper-flags'));
  const entry = path.join(folder, 'site.mjs');
  writeFileSync(entry, SITE);
  const outputs: string[] = [];

  for (const mode of ['development', 'production'] as const) {
    const outfile = path.join(folder, `${mode}.mjs`);
    await BUNDLERS[name]?.({ entry, outfile, mode });
    for (const NODE_ENV of ['production', 'development', '']) {
      const { output } = await runNode([outfile], { env: { ...process.env, NODE_ENV } });
      outputs.push(`built for ${mode}, run in "${NODE_ENV}": ${output}`);
    }
  }

  expect(outputs).toEqual([
    'built for development, run in "production": EXACT',
    'built for development, run in "development": FUZZY development, page',
    'built for development, run in "": EXACT',
    'built for production, run in "production": EXACT',
    'built for production, run in "development": FUZZY development, page',
    'built for production, run in "": EXACT',
  ]);
});
