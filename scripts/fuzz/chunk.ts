import { Random } from './random.ts';
import { shrink } from './shrink.ts';
import { problemOf, type Target } from './target.ts';

/** The names of the targets, in the order in which they are tested and printed. */
export const TARGET_NAMES = ['cookies', 'manifests', 'grants'] as const;
export type TargetName = (typeof TARGET_NAMES)[number];

/** Some inputs of one target. The seed of the run and the number of the chunk determine them. */
export interface Chunk {
  readonly target: TargetName;
  readonly seed: number;
  readonly number: number;
  readonly count: number;
}

/** An input that the code handles wrongly. */
export interface Failure {
  readonly problem: string;
  /** The shortest input found with a problem. */
  readonly input: string;
}

/** The result of a chunk. The first failure ends it. */
export interface ChunkResult {
  readonly chunk: Chunk;
  readonly done: number;
  readonly milliseconds: number;
  readonly failure?: Failure;
}

/** Tests `target` with the inputs of `chunk`. */
export function runChunk(chunk: Chunk, target: Target): ChunkResult {
  const random = new Random(chunk.seed, TARGET_NAMES.indexOf(chunk.target), chunk.number);
  const start = performance.now();
  for (let done = 0; done < chunk.count; done++) {
    const input = target.generate(random);
    if (problemOf(target, input) === undefined) continue;
    return { chunk, done, milliseconds: performance.now() - start, failure: failureOf(target, input) };
  }
  return { chunk, done: chunk.count, milliseconds: performance.now() - start };
}

function failureOf(target: Target, input: string): Failure {
  const shortest = shrink(input, (text) => problemOf(target, text) !== undefined);
  return { input: shortest, problem: problemOf(target, shortest) ?? 'fails only sometimes' };
}

const CHUNK_SIZE = 5_000;

/** The chunks of a run, with the targets in turns, so that an interrupted run has tested some of each. */
export function chunksOf(seed: number, counts: Readonly<Record<TargetName, number>>): Chunk[] {
  const chunks = TARGET_NAMES.flatMap((target) =>
    Array.from({ length: Math.ceil(counts[target] / CHUNK_SIZE) }, (_, number): Chunk => {
      return { target, seed, number, count: Math.min(CHUNK_SIZE, counts[target] - number * CHUNK_SIZE) };
    }),
  );
  return chunks.sort((one, other) => share(one, counts) - share(other, counts));
}

function share({ target, number }: Chunk, counts: Readonly<Record<TargetName, number>>): number {
  return (number * CHUNK_SIZE) / counts[target];
}
