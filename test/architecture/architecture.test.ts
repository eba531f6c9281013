import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, readSources } from '../helpers/repository/source-tree.ts';
import { trackedFiles } from '../helpers/repository/tracked-files.ts';
import { forbiddenImports, type ImportRule, importCycles } from './import-rules.ts';
import { globalsUsed, sourceProblems } from './source-rules.ts';

const LIB = 'server-lib';
const EXT = 'extension';
const WIRE = `${LIB}/wire.ts`;
const [APP, UI, BROWSER] = [`${EXT}/app`, `${EXT}/ui`, `${EXT}/browser`];
const LOCALES = `${EXT}/_locales`;
const PREACT = ['preact', 'preact/hooks'];

// What each folder may import besides itself. A file in a folder that the table does not name fails the test.
const TABLE: readonly ImportRule[] = [
  { in: `${LIB}/wire`, files: [], packages: [] },
  { in: `${LIB}/core`, files: [`${LIB}/wire`], packages: ['node:crypto'] },
  { in: `${LIB}/permission`, files: [`${LIB}/core`, `${LIB}/wire`], packages: ['node:crypto'] },
  { in: `${LIB}/page`, files: [], packages: ['node:fs'] }, // read from the sources only: the build replaces it by the files
  {
    in: `${LIB}/adapter`,
    files: [`${LIB}/permission`, `${LIB}/core`, `${LIB}/wire`, `${LIB}/page`],
    packages: [],
  },
  { in: `${LIB}/http`, files: [`${LIB}/adapter`, `${LIB}/core`, `${LIB}/wire`], packages: ['type node:http'] },
  { in: `${LIB}/fetch`, files: [`${LIB}/adapter`, `${LIB}/core`, `${LIB}/wire`], packages: [] },
  {
    in: `${LIB}/rules`,
    files: [`${LIB}/core`, `${LIB}/wire`],
    packages: ['node:crypto'],
  },
  {
    in: `${LIB}/sources`,
    files: [`${LIB}/rules`, `${LIB}/core`, `${LIB}/wire`],
    packages: [
      'node:crypto',
      'type node:fs',
      'node:fs/promises',
      'node:path',
      'node:url',
      'node:util',
      'node:zlib',
      'pg',
      'redis',
    ],
  },
  {
    in: `${LIB}/cli`,
    files: [`${LIB}/sources`, `${LIB}/rules`, `${LIB}/core`, `${LIB}/wire`],
    packages: [
      'node:child_process',
      'node:crypto',
      'node:fs',
      'node:fs/promises',
      'node:net',
      'node:os',
      'node:path',
      'type node:stream',
      'node:timers/promises',
      'node:url',
      'node:util',
    ],
  },
  {
    in: `${LIB}/openfeature`, // on the keeper, as the adapters are
    files: ['index.ts', 'adapter', 'rules', 'core', 'wire'].map((name) => `${LIB}/${name}`),
    packages: ['@openfeature/server-sdk', 'node:util'],
  },

  { in: WIRE, files: [`${LIB}/wire`], packages: [] },
  { in: `${LIB}/web.ts`, files: [`${LIB}/wire`], packages: [] }, // for browsers
  { in: `${LIB}/rules.ts`, files: [`${LIB}/rules`, `${LIB}/sources`], packages: [] },
  { in: `${LIB}/redis.ts`, files: [`${LIB}/sources`], packages: [] },
  { in: `${LIB}/postgres.ts`, files: [`${LIB}/sources`], packages: [] },
  { in: `${LIB}/opentelemetry.ts`, files: [`${LIB}/core`], packages: ['@opentelemetry/api'] },
  { in: `${LIB}/openfeature.ts`, files: [`${LIB}/openfeature`, `${LIB}/core`], packages: [] },
  { in: `${LIB}/cli.ts`, files: [`${LIB}/cli`, `${LIB}/wire`], packages: ['node:fs'] },
  {
    in: `${LIB}/index.ts`,
    files: ['wire', 'core', 'permission', 'adapter', 'rules'].map((name) => `${LIB}/${name}`),
    packages: [],
  },
  {
    in: `${LIB}/express.ts`,
    files: ['index.ts', 'core', 'adapter', 'http'].map((name) => `${LIB}/${name}`),
    packages: ['type express', 'type node:http'],
  },
  { in: `${LIB}/context.ts`, files: [`${LIB}/index.ts`], packages: ['node:async_hooks'] },
  { in: `${LIB}/testing`, files: [], packages: [] },
  {
    in: `${LIB}/playwright.ts`,
    files: ['index.ts', 'testing.ts', 'core', 'wire'].map((name) => `${LIB}/${name}`),
    packages: ['@playwright/test'],
  },
  {
    in: `${LIB}/testing.ts`,
    files: ['index.ts', 'core', 'adapter', 'wire'].map((name) => `${LIB}/${name}`),
    packages: ['node:async_hooks'],
  },
  {
    in: `${LIB}/koa.ts`,
    files: ['index.ts', 'core', 'adapter', 'http'].map((name) => `${LIB}/${name}`),
    packages: ['type koa', 'type node:http'],
  },
  {
    in: `${LIB}/nest.ts`, // on the adapters of its two platforms
    files: ['index.ts', 'core', 'adapter', 'express.ts', 'fastify.ts'].map((name) => `${LIB}/${name}`),
    packages: ['@nestjs/common', 'type node:http'],
  },
  {
    in: `${LIB}/fastify.ts`,
    files: ['index.ts', 'core', 'adapter', 'http', 'wire'].map((name) => `${LIB}/${name}`),
    packages: ['type fastify', 'type node:http'],
  },
  {
    in: `${LIB}/fetch.ts`,
    files: ['index.ts', 'core', 'adapter', 'fetch'].map((name) => `${LIB}/${name}`),
    packages: [],
  },
  {
    in: `${LIB}/hono.ts`,
    files: ['index.ts', 'core', 'adapter', 'fetch'].map((name) => `${LIB}/${name}`),
    packages: ['type hono', 'type hono/factory'],
  },
  {
    in: `${LIB}/next.ts`,
    files: ['index.ts', 'core', 'adapter', 'fetch'].map((name) => `${LIB}/${name}`),
    packages: ['next/headers.js', 'next/server.js', 'react'], // there is no other way to the request of a server component
  },

  { in: `${EXT}/manifest.ts`, files: ['package.json'], packages: [] },
  { in: APP, files: [WIRE], packages: [] },
  { in: UI, files: [WIRE, APP, LOCALES], packages: [...PREACT, 'lean-qr/nano'] },
  { in: BROWSER, files: [WIRE, APP, LOCALES], packages: ['webextension-polyfill'] },
  { in: `${EXT}/popup`, files: [APP, UI, BROWSER], packages: PREACT },
  { in: `${EXT}/page`, files: ['package.json', WIRE, APP, UI, BROWSER], packages: PREACT },
  { in: `${EXT}/panel`, files: [APP, UI, BROWSER], packages: PREACT },
  { in: `${EXT}/devtools`, files: [BROWSER], packages: [] },
  { in: `${EXT}/options`, files: [APP, UI, BROWSER], packages: PREACT },
  { in: `${EXT}/background`, files: [BROWSER], packages: [] },
];

const sources = readSources(LIB, EXT);

test('each folder imports only what the table allows', () => {
  expect(forbiddenImports(sources, TABLE)).toEqual([]);
});

test('no files import each other in a cycle', () => {
  expect(importCycles(sources)).toEqual([]);
});

test('the files at the root of server-lib are exactly the entry points of the package', () => {
  const { bin, exports } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const targets = Object.values<string | { readonly import: string }>({ ...exports, ...bin });
  const entries = targets
    .map((target) => (typeof target === 'string' ? target : target.import))
    .filter((target) => target.endsWith('.js'));

  const files = readdirSync(path.join(ROOT, LIB)).filter((name) => name.endsWith('.ts'));

  expect(files.map((name) => `./dist/${LIB}/${name.replace(/\.ts$/, '.js')}`).sort()).toEqual(entries.sort());
});

const MAX_FILES = 278;

test(`server-lib and extension have at most ${MAX_FILES} source files together, and no basename twice in either`, () => {
  const names = (folder: string) =>
    readSources(folder).map((source) => path.basename(source.path).replace(/\.tsx?$/, ''));
  const twice = (list: readonly string[]) => list.filter((name, at) => list.indexOf(name) !== at);

  const advice = 'move a file with one importer into that importer, or raise the limit in a commit that says why';
  expect(
    sources.length,
    `server-lib and extension have ${sources.length} source files, the limit is ${MAX_FILES}: ${advice}`,
  ).toBeLessThanOrEqual(MAX_FILES);
  expect(twice(names(LIB))).toEqual([]);
  expect(twice(names(EXT))).toEqual([]);
});

test('no folder has more than 16 entries, apart from the entry points', async () => {
  const entries = new Map<string, Set<string>>();
  for (const file of await trackedFiles()) {
    if (!/^(server-lib|extension|test)\//.test(file.path)) continue;
    for (let at = file.path; at.includes('/'); at = path.dirname(at)) {
      const folder = path.dirname(at);
      entries.set(folder, (entries.get(folder) ?? new Set()).add(at));
    }
  }
  const large = [...entries].filter(([folder, { size }]) => size > 16 && folder !== LIB && folder !== '.');

  expect(large.map(([folder, { size }]) => `${folder}: ${size}`)).toEqual([]);
});

test('a feature of the extension has the same folder name in app and in ui', () => {
  const folders = (parent: string) =>
    readdirSync(path.join(ROOT, parent), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
  const onlyInUi = ['popup', 'shared']; // the frame around the features, and what they share
  const onlyInApp = ['session'];

  expect(folders(UI).filter((name) => !onlyInUi.includes(name))).toEqual(
    folders(APP).filter((name) => !onlyInApp.includes(name)),
  );
});

test('extension/app uses no global object of the page or the browser', () => {
  const globals = ['document', 'window', 'navigator', 'chrome'];

  expect(readSources(APP).flatMap((file) => globalsUsed(file, globals))).toEqual([]);
});

test('no source breaks a source rule', () => {
  const all = [...sources, ...readSources('scripts', 'examples', 'test')];

  expect(all.flatMap(sourceProblems)).toEqual([]);
});
