import { expect, test } from 'vitest';
import { forbiddenImports, type ImportRule, importCycles } from './import-rules.ts';

const RULES: readonly ImportRule[] = [
  { in: 'lib/wire', files: [], packages: [] },
  { in: 'lib/core', files: ['lib/wire'], packages: ['node:crypto', 'type node:http'] },
  { in: 'lib/index.ts', files: ['lib/core'], packages: [] },
];

test.each([
  // file                  text                                             problem
  ['lib/core/gate.ts', "import { a } from '../wire/names.ts';", undefined],
  ['lib/core/gate.ts', "import { a } from './flag.ts';", undefined],
  ['lib/core/gate.ts', "import { createHash } from 'node:crypto';", undefined],
  ['lib/core/gate.ts', "import type { Server } from 'node:http';", undefined],
  ['lib/core/gate.ts', "// import { a } from '../index.ts';", undefined],
  ['lib/core/gate.ts', "import { Server } from 'node:http';", 'lib/core/gate.ts may not import node:http'],
  ['lib/core/gate.ts', "import { type Server } from 'node:http';", 'lib/core/gate.ts may not import node:http'],
  ['lib/core/gate.ts', "type S = import('express').Request;", 'lib/core/gate.ts may not import express'],
  ['lib/core/gate.ts', "await import('../index.ts');", 'lib/core/gate.ts may not import ../index.ts'],
  [
    'lib/wire/names.ts',
    "import type { G } from '../core/gate.ts';",
    'lib/wire/names.ts may not import ../core/gate.ts',
  ],
  ['lib/wire/names.ts', "export * from '../core/gate.ts';", 'lib/wire/names.ts may not import ../core/gate.ts'],
  ['lib/wire/names.ts', "import '../wired/x.ts';", 'lib/wire/names.ts may not import ../wired/x.ts'],
  ['lib/wire/names.ts', "import 'node:crypto';", 'lib/wire/names.ts may not import node:crypto'],
  ['lib/index.ts', "import './express.ts';", 'lib/index.ts may not import ./express.ts'],
  ['lib/new/thing.ts', '', 'lib/new/thing.ts is not in a folder of the table'],
])('%s with %s: %s', (path, text, problem) => {
  expect(forbiddenImports([{ path, text }], RULES)).toEqual(problem === undefined ? [] : [problem]);
});

test('files that import each other are reported as a cycle, type imports included', () => {
  const files = [
    { path: 'lib/a.ts', text: "import './b.ts';" },
    { path: 'lib/b.ts', text: "import './c/c.ts';" },
    { path: 'lib/c/c.ts', text: "import type { A } from '../a.ts';" },
  ];

  expect(importCycles(files)).toEqual(['lib/a.ts -> lib/b.ts -> lib/c/c.ts -> lib/a.ts']);
});

test('two imports of the same file are not a cycle', () => {
  const files = [
    { path: 'lib/a.ts', text: "import './b.ts'; import './c.ts';" },
    { path: 'lib/b.ts', text: "import './c.ts';" },
    { path: 'lib/c.ts', text: '' },
  ];

  expect(importCycles(files)).toEqual([]);
});
