import fc from 'fast-check';
import { IS_DEEP } from '../helpers/vitest/depth.ts';

// The same seed finds the same in every run of `npm test`, so that a tenth is enough there.
const TIMES = Number(process.env.GATEKEEPER_FUZZ ?? (IS_DEEP ? 1 : 0.1));

/**
 * How often to try a property: `count` times in `npm run test:deep`, a tenth of that in `npm test`;
 * `GATEKEEPER_FUZZ=100 npm test` tries a hundred times as often, for a release. A failure prints the seed and the path
 * to try it again with.
 */
export function runs(count: number): fc.Parameters<unknown> {
  return { numRuns: Math.ceil(count * TIMES) };
}

/** How long such a property may take before it counts as stuck. */
export function propertyTimeout(): number {
  return 480_000 * Math.max(1, TIMES);
}

/** One of `texts`, cut, doubled, overwritten or spliced with another at a few places. */
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
  /** Where, as a part of the text's length. */
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
