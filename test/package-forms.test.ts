import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { consumerOf } from './support/consumer.ts';
import { runNode } from './support/process.ts';

// What test/consumers/bundled/app.mjs prints, in whatever form it runs.
const DECIDED = ['SOME ON', 'SEM_VER ON', 'REDUCE ON', 'SPLIT ON', 'served ON'];
const WITHOUT_REDIS = 'the package redis (npm install redis) cannot be loaded';

test('where `require` reads no ES module, as under Jest, CommonJS files decide the same', async () => {
  const folder = bundledConsumer();

  await expectToDecide(path.join(folder, 'app.cjs'), ['--no-experimental-require-module']);
});

test('in one Node, import and require give one copy', async () => {
  const { folder } = consumerOf('together', {});

  const { output } = await runNode(['--no-warnings', 'both.mjs'], { cwd: folder });

  expect(JSON.parse(output)).toEqual({ answers: ['EXACT', 'FUZZY'], isOneModule: true });
});

/** The application as an ES module and, with its imports written as `require`, as CommonJS. */
function bundledConsumer(): string {
  const { folder } = consumerOf('bundled', {});
  const text = readFileSync(path.join(folder, 'app.mjs'), 'utf8');
  const required = text.replace(/^import (\{.*\}) from ('.*');$/gm, 'const $1 = require($2);');
  writeFileSync(path.join(folder, 'app.cjs'), required);
  return folder;
}

async function expectToDecide(program: string, options: readonly string[] = []): Promise<void> {
  const { code, output } = await runNode([...options, program], { cwd: path.dirname(program) });

  expect({ code, lines: output.trim().split('\n').sort() }).toEqual({
    code: 0,
    lines: [...DECIDED, WITHOUT_REDIS].sort(),
  });
}
