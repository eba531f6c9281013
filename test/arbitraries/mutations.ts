import fc from 'fast-check';
import { IS_DEEP } from '../helpers/vitest/depth.ts';

// `npm test` tries the same inputs in every run, because the seed is the same. A tenth is enough there.
const TIMES = Number(process.env.GATEKEEPER_FUZZ ?? (IS_DEEP ? 1 : 0.1));

/**
 * How often to try a property: `count` times in `npm run test:deep`, a tenth of that in `npm test`, and a hundred times
 * `count` with `GATEKEEPER_FUZZ=100 npm test`, for a release. A failure prints the seed and the path that repeat it.
 */
export function runs(count: number): fc.Parameters<unknown> {
  return { numRuns: Math.ceil(count * TIMES) };
}

/** The time limit of such a property, in milliseconds. */
export function propertyTimeout(): number {
  return 480_000 * Math.max(1, TIMES);
}

/** One of `texts`, shortened, doubled, overwritten or spliced with another in a few places. */
export function mutationsOf(texts: readonly string[], unit: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const text = fc.constantFrom(...texts);
  const mutation = fc.record({
    kind: fc.constantFrom('delete', 'insert', 'replace', 'double', 'splice'),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    length: fc.nat({ max: 8 }),
    scrap: fc.string({ unit, maxLength: 4 }),
    other: text,
  });
  return fc
    .tuple(text, fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([start, mutations]) => mutations.reduce(mutate, start));
}

interface Mutation {
  readonly kind: string;
  /** The position, as a fraction of the string's length. */
  readonly at: number;
  readonly length: number;
  readonly scrap: string;
  readonly other: string;
}

function mutate(text: string, { kind, at, length, scrap, other }: Mutation): string {
  const start = Math.floor(at * (text.length + 1));
  const before = text.slice(0, start);
  const after = text.slice(start);
  switch (kind) {
    case 'delete':
      return before + after.slice(length);
    case 'insert':
      return before + scrap + after;
    case 'replace':
      return before + scrap + after.slice(scrap.length);
    case 'double':
      return before + after.slice(0, length) + after;
    default:
      return before + other.slice(Math.floor(at * (other.length + 1)));
  }
}
