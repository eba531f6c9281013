import { describe, expect, test } from 'vitest';
import { type Chunk, chunksOf, runChunk } from '../../scripts/fuzz/chunk.ts';
import { Random } from '../../scripts/fuzz/random.ts';
import { shrink } from '../../scripts/fuzz/shrink.ts';
import type { Target } from '../../scripts/fuzz/target.ts';
import { TARGETS } from '../../scripts/fuzz/targets.ts';

const CHUNK: Chunk = { target: 'cookies', seed: 7, number: 0, count: 300 };

describe.each(['cookies', 'manifests', 'grants'] as const)('%s', (target) => {
  test('a few hundred inputs give the expected results', () => {
    expect(runChunk({ ...CHUNK, target }, TARGETS[target])).toMatchObject({ done: 300 });
  });

  test('a seed generates the same inputs each time, and another seed generates others', () => {
    const inputs = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 50 }, () => TARGETS[target].generate(random));
    };

    const [once, again, other] = [inputs(1), inputs(1), inputs(2)];

    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
  });
});

test.each([
  ['returns', (input: string) => (input.includes('%') ? 'a percent sign' : undefined), 'a percent sign'],
  [
    'throws',
    (input: string) => {
      if (input.includes('%')) throw new RangeError('too much');
      return undefined;
    },
    'threw RangeError: too much',
  ],
])('an input for which the target %s a problem is shrunk and ends the chunk', (_how, problem, message) => {
  const target: Target = { generate: TARGETS.cookies.generate, problem };

  const { done, failure } = runChunk(CHUNK, target);

  expect(done).toBeLessThan(300);
  expect(failure).toEqual({ problem: message, input: '%' });
});

test('shrink reduces a string to the part that fails', () => {
  expect(shrink(`${'x'.repeat(500)}{${'y'.repeat(77)}}z`, (text) => /\{.*\}/.test(text))).toBe('{}');
});

test('the chunks of a run cover each count exactly, and alternate between the targets', () => {
  const chunks = chunksOf(1, { cookies: 12_000, manifests: 6_000, grants: 0 });

  expect(chunks.map(({ target, count }) => `${target} ${count}`)).toEqual([
    'cookies 5000',
    'manifests 5000',
    'cookies 5000',
    'cookies 2000',
    'manifests 1000',
  ]);
});
