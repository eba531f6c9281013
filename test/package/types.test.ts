import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { consumerOf } from '../helpers/package/consumer.ts';
import { installNext15 } from '../helpers/processes/next-project.ts';
import { IS_DEEP } from '../helpers/vitest/depth.ts';

const [OLDEST, NEWEST] = ['typescript-5.9', 'typescript'];
const COMPILERS = [OLDEST, 'typescript-6.0', NEWEST];
const RESOLUTIONS = [
  ['node10', 'commonjs'],
  ['node16', 'commonjs'],
  ['node16', 'module'],
  ['nodenext', 'commonjs'],
  ['nodenext', 'module'],
  ['bundler', 'commonjs'],
  ['bundler', 'module'],
] as const;
const ALL_COMBINATIONS = COMPILERS.flatMap((compiler) =>
  RESOLUTIONS.filter(([resolution]) => resolution !== 'node10' || compiler !== NEWEST) // TypeScript 7 does not have it
    .map(([resolution, type]) => [compiler, resolution, type] as const),
);
// Only one with the oldest compiler: it takes ten times as long as the newest.
const SAMPLE: typeof ALL_COMBINATIONS = [
  [OLDEST, 'node10', 'commonjs'],
  [NEWEST, 'node16', 'commonjs'],
  [NEWEST, 'nodenext', 'module'],
];
const EXPRESS_5 = { express: 'express', '@types/express': '@types/express', '@types/node': '@types/node' };
const EXPRESS_4 = { express: 'express4', '@types/express': '@types/express4', '@types/node': '@types/node' };
const CONNECT = { connect: 'connect', '@types/connect': '@types/connect', '@types/node': '@types/node' };
const NODE_TYPES = { '@types/node': '@types/node', 'undici-types': 'undici-types' };
const ENTRIES = Object.entries<string | object>(JSON.parse(readFileSync('package.json', 'utf8')).exports).flatMap(
  ([entry, target]) => (typeof target === 'object' ? [entry] : []),
);
// They extend what their library exports, so a program that imports them has it.
const EXTENDING = ['./openfeature', './playwright'];
const NO_ERRORS = { code: 0, output: '' };

test.each(IS_DEEP ? ALL_COMBINATIONS : SAMPLE)(
  '%s with %s resolution in a %s package checks an Express 5 application, flags and variants included',
  async (compiler, moduleResolution, type) => {
    const consumer = consumerOf('typed', EXPRESS_5, { type });

    expect(await consumer.typeCheck({ compiler, moduleResolution, files: ['app.ts'] })).toEqual(NO_ERRORS);
  },
);

test.each(IS_DEEP ? COMPILERS : [NEWEST])(
  '%s compiles a program that imports every entry, in a project without any framework',
  async (compiler) => {
    const consumer = consumerOf('untyped', NODE_TYPES);
    const entries = ENTRIES.filter((entry) => !EXTENDING.includes(entry));
    const imports = entries.map((entry, at) => `import * as entry${at} from 'gatekeeper-flags${entry.slice(1)}';`);
    const names = entries.map((_, at) => `entry${at}`);
    writeFileSync(path.join(consumer.folder, 'all.ts'), [...imports, `export default [${names}];`].join('\n'));

    expect(await consumer.typeCheck({ compiler, moduleResolution: 'nodenext', files: ['all.ts'] })).toEqual(NO_ERRORS);
  },
);

test('the types of each entry import only those of its own host', () => {
  const imported = Object.fromEntries(ENTRIES.map((entry) => [entry, typeImportsOf(entry)]));

  expect(imported).toEqual({
    ...Object.fromEntries(ENTRIES.map((entry) => [entry, []])),
    './express': ['express'],
    './fastify': ['fastify'],
    './hono': ['hono', 'hono/factory'],
    './koa': ['koa'],
    './nest': ['@nestjs/common'],
    './next': ['react'],
    './openfeature': ['@openfeature/server-sdk'],
    './playwright': ['@playwright/test'],
  });
});

/** The packages whose types an entry of the installed package imports, directly or through its own files. */
function typeImportsOf(entry: string): readonly string[] {
  const folder = path.join(inject('installed'), 'gatekeeper-flags/dist/server-lib');
  const files = [path.join(folder, `${entry === '.' ? 'index' : entry}.d.ts`)];
  const packages = new Set<string>();
  for (const file of files) {
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(/\b(?:from|import)\s*\(?\s*'([^']+)'/g)) {
      const target = path.resolve(path.dirname(file), specifier.replace(/\.[jt]s$/, '.d.ts'));
      if (!specifier.startsWith('.')) packages.add(specifier);
      else if (existsSync(target) && !files.includes(target)) files.push(target); // the loop reads it, too
    }
  }
  return [...packages].filter((name) => !name.startsWith('node:')).sort();
}

test.each(IS_DEEP ? COMPILERS : [NEWEST])(
  '%s uses one Register for the ES modules and the CommonJS files of a program',
  async (compiler) => {
    const consumer = consumerOf('half-and-half', EXPRESS_5);

    const ended = await consumer.typeCheck({ compiler, moduleResolution: 'node16', files: ['main.mts', 'half.cts'] });

    expect(ended).toEqual(NO_ERRORS);
  },
);

test.each(IS_DEEP ? [OLDEST, NEWEST] : [NEWEST])('%s checks an Express 4 application', async (compiler) => {
  const consumer = consumerOf('typed', EXPRESS_4);

  expect(await consumer.typeCheck({ compiler, moduleResolution: 'nodenext', files: ['app.ts'] })).toEqual(NO_ERRORS);
});

test.each(IS_DEEP ? [OLDEST, NEWEST] : [NEWEST])(
  '%s checks a Connect application without the types of Express',
  async (compiler) => {
    const consumer = consumerOf('untyped', CONNECT);

    expect(await consumer.typeCheck({ compiler, moduleResolution: 'nodenext', files: ['app.ts'] })).toEqual(NO_ERRORS);
  },
);

test.each(IS_DEEP ? COMPILERS : [NEWEST])(
  '%s checks a server on fetch without the types of a framework',
  async (compiler) => {
    const consumer = consumerOf('fetch', NODE_TYPES);

    expect(await consumer.typeCheck({ compiler, moduleResolution: 'nodenext', files: ['app.ts'] })).toEqual(NO_ERRORS);
  },
);

test.each(
  IS_DEEP
    ? ALL_COMBINATIONS.filter(([, resolution]) => resolution !== 'node10')
    : [[NEWEST, 'nodenext', 'module'] as const],
)('%s with %s resolution in a %s package checks a Hono application', async (compiler, moduleResolution, type) => {
  const consumer = consumerOf('hono', { hono: 'hono', ...NODE_TYPES }, { type });

  expect(await consumer.typeCheck({ compiler, moduleResolution, files: ['app.ts'] })).toEqual(NO_ERRORS);
});

test.each(IS_DEEP ? [OLDEST, NEWEST] : [NEWEST])('%s checks a Fastify application', async (compiler) => {
  const consumer = consumerOf('fastify', { fastify: 'fastify', ...NODE_TYPES });

  expect(await consumer.typeCheck({ compiler, moduleResolution: 'nodenext', files: ['app.ts'] })).toEqual(NO_ERRORS);
});

test.each(IS_DEEP ? [OLDEST, NEWEST] : [NEWEST])(
  '%s checks a program with a Koa and an Express application',
  async (compiler) => {
    const consumer = consumerOf('koa', { ...EXPRESS_5, koa: 'koa', '@types/koa': '@types/koa', ...NODE_TYPES });

    // @types/koa needs the types of an older package than ours.
    const settings = { moduleResolution: 'nodenext', files: ['app.ts'], skipLibCheck: true } as const;
    expect(await consumer.typeCheck({ compiler, ...settings })).toEqual(NO_ERRORS);
  },
);

test.each(IS_DEEP ? [OLDEST, NEWEST] : [NEWEST])('%s checks a Nest application on Express', async (compiler) => {
  const names = ['@nestjs/common', 'reflect-metadata'];
  const consumer = consumerOf('nest', {
    ...EXPRESS_5,
    ...NODE_TYPES,
    ...Object.fromEntries(names.map((one) => [one, one])),
  });
  const settings = { moduleResolution: 'nodenext', files: ['app.ts'], skipLibCheck: true } as const;

  expect(await consumer.typeCheck({ compiler, ...settings })).toEqual(NO_ERRORS);
});

test.each(IS_DEEP ? ['Next 16', 'Next 15'] : ['Next 16'])(
  'an application of %s is checked, with its proxy',
  async (version) => {
    const consumer = consumerOf('next', {
      next: version === 'Next 16' ? 'next' : path.join(await installNext15(), 'next'),
      react: 'react',
      '@types/react': '@types/react',
      ...NODE_TYPES,
    });

    const ended = await consumer.typeCheck({
      compiler: NEWEST,
      moduleResolution: 'nodenext',
      files: ['app.tsx'],
      skipLibCheck: true, // as Next does: its types need those of packages that it contains
    });

    expect(ended).toEqual(NO_ERRORS);
  },
);

test.each(IS_DEEP ? ['redis4', 'redis5', 'redis'] : ['redis'])(
  'redisSource accepts a client of the package %s',
  async (redis) => {
    const consumer = consumerOf('stores', { redis, '@types/node': '@types/node' });
    const files = redis === 'redis4' ? ['redis.ts'] : ['redis.ts', 'sentinel.ts']; // version 4 has no client for sentinels

    const ended = await consumer.typeCheck({ compiler: NEWEST, moduleResolution: 'nodenext', files });

    expect(ended).toEqual(NO_ERRORS);
  },
);

test.each(IS_DEEP ? ['ioredis5', 'ioredis'] : ['ioredis'])(
  'redisSource accepts a client of the package %s',
  async (ioredis) => {
    const consumer = consumerOf('stores', { ioredis, ...NODE_TYPES });
    const settings = { moduleResolution: 'nodenext', files: ['ioredis.ts'], skipLibCheck: true } as const;

    expect(await consumer.typeCheck({ compiler: NEWEST, ...settings })).toEqual(NO_ERRORS);
  },
);

test('postgresSource and publishRules accept a pool and a client of the package pg', async () => {
  const consumer = consumerOf('stores', { pg: 'pg', '@types/pg': '@types/pg', ...NODE_TYPES });
  const settings = { moduleResolution: 'nodenext', files: ['postgres.ts'], skipLibCheck: true } as const;

  expect(await consumer.typeCheck({ compiler: NEWEST, ...settings })).toEqual(NO_ERRORS);
});

test.each(IS_DEEP ? COMPILERS : [NEWEST])(
  '%s checks an application on OpenFeature and its page, with the keys of the flags by their type',
  async (compiler) => {
    const names = ['core', 'server-sdk', 'web-sdk', 'ofrep-web-provider'].map((name) => `@openfeature/${name}`);
    const consumer = consumerOf('openfeature', { ...EXPRESS_5, ...Object.fromEntries(names.map((one) => [one, one])) });

    const ended = await consumer.typeCheck({
      compiler,
      moduleResolution: 'nodenext',
      files: ['app.ts', 'page.ts', 'keys.d.ts'],
      skipLibCheck: true, // docs/openfeature.md: the key types are type aliases
    });

    expect(ended).toEqual(NO_ERRORS);
  },
);

test.each(IS_DEEP ? COMPILERS : [NEWEST])('%s reports a misspelt flag and another flag’s variant', async (compiler) => {
  const consumer = consumerOf('typed', EXPRESS_5);
  const app = path.join(consumer.folder, 'app.ts');
  writeFileSync(app, readFileSync(app, 'utf8').replaceAll('@ts-expect-error', ''));

  const { code, output } = await consumer.typeCheck({ compiler, moduleResolution: 'nodenext', files: ['app.ts'] });

  const mistakes = output.match(/^app\.ts.*error TS\d+: Argument of type '"\w+"'/gm) ?? [];
  expect(code).not.toBe(0);
  expect(mistakes.map((line) => line.replace(/^app\.ts\(.*\): error (TS\d+).*"(\w+)".*/, '$1 $2'))).toEqual([
    'TS2345 MY_NEW_FAETURE',
    'TS2345 FUZZY',
    'TS2345 SAERCH',
  ]);
});
