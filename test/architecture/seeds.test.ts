import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSources } from '../helpers/repository/source-tree.ts';
import { SEED } from '../helpers/vitest/seed.ts';

const WITHOUT_SEED =
  /\bMath\.random\b|\brandom(?:Bytes|UUID|Int|FillSync)\b|\bgetRandomValues\b|(?:\bseed\w*\s*[:=(]|new Random\()\s*(?:Date|performance|process\.(?:hrtime|pid))\b/gi;

test('every random value in the tests and in the scripts that they run comes from a seed', () => {
  // scripts/*.mjs, scripts/*.ts and scripts/measure/ are programs. Those that choose a random seed print it.
  const files = readSources('test', 'scripts').filter(
    ({ path }) => !/^scripts\/(?:measure\/)?[^/]+$|\/seeds\.test\.ts$/.test(path),
  );

  const found = files.flatMap(({ path, text }) => (text.match(WITHOUT_SEED) ?? []).map((match) => `${path}: ${match}`));

  expect(files.length).toBeGreaterThan(200);
  expect(found).toEqual([]);
});

test('a property without its own seed uses the seed of the run', () => {
  expect(fc.readConfigureGlobal()).toMatchObject({ seed: SEED });
  expect(fc.sample(fc.nat(), 5)).toEqual(fc.sample(fc.nat(), { numRuns: 5, seed: SEED }));
});
