import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
// @ts-expect-error plain JavaScript without types
import { drawCharts } from '../../bench/report/charts.mjs';
import { ROOT } from '../helpers/repository/source-tree.ts';

test('the charts in docs/pictures show the tables of bench/RESULTS.md', () => {
  const charts: readonly { readonly file: string; readonly content: string }[] = drawCharts();

  expect(charts.map(({ file }) => file)).toEqual([
    'bench-decisions-light.svg',
    'bench-decisions-dark.svg',
    'bench-hosts-light.svg',
    'bench-hosts-dark.svg',
  ]);
  for (const { file, content } of charts) {
    expect(readFileSync(path.join(ROOT, 'docs/pictures', file), 'utf8')).toBe(content); // `npm run bench -- charts` draws them
  }
});
