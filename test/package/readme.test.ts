import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runNode } from '../helpers/processes/process.ts';
import { codeBlocks, namedScripts, relativeLinks } from '../helpers/repository/markdown.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';
import { trackedFiles } from '../helpers/repository/tracked-files.ts';
import { folderForThisTest } from '../helpers/temporary-folder.ts';

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const WITH_CODE = [
  'rules',
  'security',
  'compare',
  'operate',
  'adapters',
  'api',
  'fastify',
  'hono',
  'koa',
  'nest',
  'next',
  'openfeature',
  'vendors',
  'clients',
  'leave',
].map((name) => `docs/${name}.md`);

test.each(['README.md', ...WITH_CODE])('every TypeScript example of %s compiles', async (file) => {
  const folder = folderForThisTest();
  for (const language of ['ts', 'tsx']) {
    codeBlocks(read(file), language).forEach((code, at) => {
      // Other blocks can import a block whose first line names its file: `// flags.ts`
      const name = /^\/\/ ([\w-]+(?:\.d)?\.ts)\b/.exec(code)?.[1] ?? `example-${at + 1}.${language}`;
      writeFileSync(path.join(folder, name), `${code}\nexport {};\n`, { flag: 'wx' });
    });
  }
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }));

  const ended = await runNode([path.join(ROOT, 'node_modules/typescript/bin/tsc'), '--pretty', 'false'], {
    cwd: folder,
  });

  expect(ended).toEqual({ code: 0, output: '' });
});

test.each(['README.md', 'CONTRIBUTING.md', 'scripts/README.md'])('every npm script that %s names exists', (file) => {
  const { scripts } = JSON.parse(read('package.json'));

  expect(namedScripts(read(file)).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test('every relative link in a document leads to a file', async () => {
  const documents = (await trackedFiles()).filter((file) => file.path.endsWith('.md'));

  const broken = documents.flatMap(({ path: from, text }) =>
    relativeLinks(text)
      .filter((target) => !existsSync(path.join(ROOT, path.dirname(from), decodeURI(target))))
      .map((target) => `${from}: ${target}`),
  );

  expect(documents.map((document) => document.path)).toContain('README.md');
  expect(broken).toEqual([]);
});

const COMPILER_OPTIONS = {
  strict: true,
  noEmit: true,
  target: 'es2022',
  module: 'nodenext',
  jsx: 'react-jsx',
  types: ['node'],
  skipLibCheck: true, // some types of other packages need older packages than ours
  experimentalDecorators: true,
  allowImportingTsExtensions: true,
  paths: {
    'gatekeeper-flags': [path.join(ROOT, 'dist/server-lib/index.d.ts')],
    'gatekeeper-flags/*': [path.join(ROOT, 'dist/server-lib/*.d.ts')],
  },
};
