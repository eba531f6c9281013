import type { JsonPath } from '../rules/json-position.ts';
import { referenceIn } from '../rules/references.ts';
import { isForeignObject, own } from '../wire/foreign-json.ts';

/** A value that a targeting may come to, and where in the document it is written. */
export interface PossibleResult {
  readonly value: string | number | boolean;
  readonly path: JsonPath;
}

/** A `fractional`, and where in the document it stands. */
export interface FoundSplit {
  readonly entries: readonly { readonly value: unknown; readonly path: JsonPath }[];
  readonly path: JsonPath;
}

/** What can be known of a targeting without evaluating it. */
export interface Foreseen {
  /** The literals that it may come to. What it reads or computes is not among them. */
  readonly results: readonly PossibleResult[];
  readonly splits: readonly FoundSplit[];
  /** Where it comes to `true` or `false`, out of a comparison. */
  readonly booleans: readonly JsonPath[];
}

/** Reads what a targeting may come to; `evaluators` are the document's, for its references. */
export function foresee(targeting: unknown, path: JsonPath, evaluators: unknown): Foreseen {
  const foreseen = { results: [] as PossibleResult[], splits: [] as FoundSplit[], booleans: [] as JsonPath[] };
  const followed = new Set<string>();

  function result(logic: unknown, path: JsonPath): void {
    if (typeof logic === 'string' || typeof logic === 'number' || typeof logic === 'boolean') {
      foreseen.results.push({ value: logic, path });
    }
    if (!isForeignObject(logic) || path.length > MOST_DEPTH) return;
    const reference = referenceIn(logic);
    if (reference !== undefined) {
      follow(reference);
      return;
    }
    const [operator, ...others] = Object.keys(logic);
    if (operator === undefined || others.length > 0) return;
    const args = logic[operator];
    const inside = [...path, operator];
    if (BOOLEANS.has(operator)) foreseen.booleans.push(path);
    if (!Array.isArray(args)) return;
    for (const at of resultsAt(operator, args.length)) result(args[at], [...inside, at]);
    // An `and` comes to the first of its conditions that does not hold.
    if (operator === 'and' && args.slice(0, -1).some(isComparison)) foreseen.booleans.push(path);
    if (operator === 'fractional') split(args, inside);
  }

  function follow(name: string): void {
    if (followed.has(name) || !isForeignObject(evaluators)) return;
    followed.add(name);
    result(own(evaluators, name), ['$evaluators', name]);
  }

  function split(args: readonly unknown[], path: JsonPath): void {
    const entries = args.map((value, at) => ({ value, path: [...path, at] }));
    if (!Array.isArray(args[0])) entries.shift(); // what users are split by
    foreseen.splits.push({ entries, path });
    for (const { value, path: place } of entries) if (Array.isArray(value)) result(value[0], [...place, 0]);
  }

  result(targeting, path);
  return foreseen;
}

/** Which operands of an operation it may come to. */
function resultsAt(operator: string, count: number): readonly number[] {
  const all = Array.from({ length: count }, (_, at) => at);
  if (operator === 'if' || operator === '?:') return all.filter((at) => at % 2 === 1 || at === count - 1);
  if (operator === 'or') return all;
  if (operator === 'and') return all.slice(-1);
  if (operator === 'var') return all.slice(1, 2); // the value where the context has none
  return [];
}

// biome-ignore format: one line a kind
const BOOLEANS: ReadonlySet<string> = new Set([
  '==', '===', '!=', '!==', '<', '<=', '>', '>=',
  '!', '!!', 'in', 'all', 'some', 'none',
  'starts_with', 'ends_with', 'sem_ver',
]);

function isComparison(logic: unknown): boolean {
  return isForeignObject(logic) && Object.keys(logic).some((operator) => BOOLEANS.has(operator));
}

const MOST_DEPTH = 500;
