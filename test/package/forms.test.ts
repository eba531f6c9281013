import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { build as viteBuild } from 'vite';
import { describe, expect, test } from 'vitest';
import webpack, { type Configuration, type Stats } from 'webpack';
import { consumerOf } from '../helpers/package/consumer.ts';
import { runNode } from '../helpers/processes/process.ts';
import { folderForThisTest } from '../helpers/temporary-folder.ts';
import { IS_DEEP } from '../helpers/vitest/depth.ts';

// What test/consumers/bundled/app.mjs prints in every form.
const EVALUATED = ['SOME ON', 'SEM_VER ON', 'REDUCE ON', 'SPLIT ON', 'served ON'];
const WITHOUT_REDIS = 'the package redis (npm install redis) cannot be loaded';

const FORMS = (['app.mjs', 'app.cjs'] as const).flatMap((entry) =>
  (['esm', 'cjs'] as const).map((format) => [entry, format] as const),
);

// esbuild adds no `require` to an ES module, but a CommonJS application calls it for Node's own modules.
const OF_ESBUILD = FORMS.filter(([entry, format]) => entry === 'app.mjs' || format === 'cjs');

test.each(OF_ESBUILD)(
  'esbuild bundles %s into one file that evaluates flags without node_modules, as %s',
  async (entry, format) => {
    const folder = bundledConsumer();
    const outfile = path.join(folder, `bundle.${format === 'esm' ? 'mjs' : 'cjs'}`);

    const { warnings } = await build({
      entryPoints: [path.join(folder, entry)],
      outfile,
      format,
      bundle: true,
      platform: 'node',
      logLevel: 'silent',
    });

    expect(warnings).toEqual([]);
    await expectEvaluations(copyAlone(outfile));
  },
);

test.each(['es', 'cjs'] as const)(
  'Vite bundles an application into one file that works without node_modules, as %s',
  async (format) => {
    const folder = bundledConsumer();

    await viteBuild({
      configFile: false,
      root: folder,
      logLevel: 'silent',
      ssr: { noExternal: true, external: ['redis'] },
      build: { ssr: 'app.mjs', outDir: 'out', rolldownOptions: { output: { format, entryFileNames: 'bundle.mjs' } } },
    });

    await expectEvaluations(
      copyAlone(path.join(folder, 'out/bundle.mjs'), format === 'cjs' ? 'bundle.cjs' : 'bundle.mjs'),
    );
  },
);

describe.runIf(IS_DEEP)('in npm run test:deep', () => {
  test.each(FORMS)(
    'webpack bundles %s into one file that evaluates flags without node_modules, as %s',
    async (entry, format) => {
      const folder = bundledConsumer();
      const filename = `bundle.${format === 'esm' ? 'mjs' : 'cjs'}`;

      const stats = await webpacked({
        mode: 'production',
        target: 'node',
        context: folder,
        entry: `./${entry}`,
        ...(format === 'esm' ? { experiments: { outputModule: true } } : {}),
        output: {
          path: path.join(folder, 'out'),
          filename,
          library: { type: format === 'esm' ? 'module' : 'commonjs2' },
          ...(format === 'esm' ? { module: true } : {}),
        },
      });

      expect(stats?.compilation.errors).toEqual([]);
      await expectEvaluations(copyAlone(path.join(folder, 'out', filename)));
    },
  );
});

const webpacked = promisify(
  webpack as (options: Configuration, done: (error: Error | null, stats?: Stats) => void) => void,
);

test('CommonJS files give the same variants where `require` cannot load ES modules, as in Jest', async () => {
  const folder = bundledConsumer();

  await expectEvaluations(path.join(folder, 'app.cjs'), ['--no-experimental-require-module']);
});

test('import and require load the same copy', async () => {
  const { folder } = consumerOf('together', {});

  const { output } = await runNode(['--no-warnings', 'both.mjs'], { cwd: folder });

  expect(JSON.parse(output)).toEqual({ answers: ['EXACT', 'FUZZY'], isOneModule: true });
});

test('where import and require load two copies, each accepts the objects of the other', async () => {
  const { folder } = consumerOf('together', {});
  const env = { ...process.env, NODE_ENV: 'production' };

  const { output } = await runNode(['--no-experimental-require-module', 'mixed.mjs'], { cwd: folder, env });

  const open = ['FUZZY', 'private, no-store', 'override'];
  const closed = ['EXACT', null, 'EXACT'];
  expect(JSON.parse(output)).toEqual({
    areTwo: true,
    answers: [open, open, closed, closed],
    errors: [true, true, false],
  });
});

/** A folder with the application as an ES module and, with `require` for `import`, as CommonJS. */
function bundledConsumer(): string {
  const { folder } = consumerOf('bundled', {});
  const text = readFileSync(path.join(folder, 'app.mjs'), 'utf8');
  const required = text.replace(/^import (\{.*\}) from ('.*');$/gm, 'const $1 = require($2);');
  writeFileSync(path.join(folder, 'app.cjs'), required);
  return folder;
}

/** Copies the file into a folder without node_modules. */
function copyAlone(file: string, name = path.basename(file)): string {
  const copy = path.join(folderForThisTest(), name);
  copyFileSync(file, copy);
  return copy;
}

async function expectEvaluations(program: string, options: readonly string[] = []): Promise<void> {
  const { code, output } = await runNode([...options, program], { cwd: path.dirname(program) });

  expect({ code, lines: output.trim().split('\n').sort() }).toEqual({
    code: 0,
    lines: [...EVALUATED, WITHOUT_REDIS].sort(),
  });
}
