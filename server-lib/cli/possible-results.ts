import { formatValue } from '../core/values.ts';
import type { JsonPath } from '../rules/document/json-position.ts';
import { refName } from '../rules/document/references.ts';
import { isJsonObject, ownField } from '../wire/untrusted-json.ts';

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
export interface PossibleResults {
  /** The literals that it may come to. What it reads or computes is not among them. */
  readonly results: readonly PossibleResult[];
  readonly splits: readonly FoundSplit[];
  /** Where it comes to `true` or `false`, out of a comparison. */
  readonly booleans: readonly JsonPath[];
}

/** Reads what a targeting may come to; `evaluators` are the document's, for its references. */
export function findPossibleResults(targeting: unknown, path: JsonPath, evaluators: unknown): PossibleResults {
  const foreseen = { results: [] as PossibleResult[], splits: [] as FoundSplit[], booleans: [] as JsonPath[] };
  const followed = new Set<string>();

  function result(logic: unknown, path: JsonPath): void {
    if (typeof logic === 'string' || typeof logic === 'number' || typeof logic === 'boolean') {
      foreseen.results.push({ value: logic, path });
    }
    if (!isJsonObject(logic) || path.length > MAX_DEPTH) return;
    const reference = refName(logic);
    if (reference !== undefined) {
      follow(reference);
      return;
    }
    const [operator, ...others] = Object.keys(logic);
    if (operator === undefined || others.length > 0) return;
    const args = logic[operator];
    const inside = [...path, operator];
    if (BOOLEAN_OPERATORS.has(operator)) foreseen.booleans.push(path);
    if (!Array.isArray(args)) return;
    for (const at of resultsAt(operator, args.length)) result(args[at], [...inside, at]);
    // An `and` comes to the first of its conditions that does not hold.
    if (operator === 'and' && args.slice(0, -1).some(isComparison)) foreseen.booleans.push(path);
    if (operator === 'fractional') split(args, inside);
  }

  function follow(name: string): void {
    if (followed.has(name) || !isJsonObject(evaluators)) return;
    followed.add(name);
    result(ownField(evaluators, name), ['$evaluators', name]);
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
const BOOLEAN_OPERATORS: ReadonlySet<string> = new Set([
  '==', '===', '!=', '!==', '<', '<=', '>', '>=',
  '!', '!!', 'in', 'all', 'some', 'none',
  'starts_with', 'ends_with', 'sem_ver',
]);

function isComparison(logic: unknown): boolean {
  return isJsonObject(logic) && Object.keys(logic).some((operator) => BOOLEAN_OPERATORS.has(operator));
}

const MAX_DEPTH = 500;

/**
 * What to know about a `fractional` whose weights are numbers that do not add up to 100. They are relative, so nobody is
 * left over: `[["ON", 10]]` is everybody. Weights that are all alike, or left out, are equal shares.
 */
export function weightWarning(entries: readonly unknown[]): string | undefined {
  const shares = entries.map((entry) =>
    Array.isArray(entry) ? { variant: entry[0], weight: entry[1] ?? 1 } : undefined,
  );
  const [first, ...others] = shares;
  if (first === undefined || shares.some((share) => typeof share?.weight !== 'number')) return undefined;
  const weights = shares.map((share) => Math.max(0, Number(share?.weight)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return 'its weights add up to 0, so nobody gets any of its shares';
  const isAlike = others.length > 0 && others.every((share) => share?.weight === first.weight);
  const isEverybody = others.length === 0 && entries[0] !== undefined && (entries[0] as unknown[]).length === 1;
  if (total === 100 || isAlike || isEverybody) return undefined;
  const largest = weights.indexOf(Math.max(...weights.slice(0, MAX_SHARES)));
  const percent = Number(((100 * (weights[largest] as number)) / total).toFixed(2));
  const example = `${formatValue(shares[largest]?.variant)} gets ${weights[largest]} of ${total}, ${percent} % of the users`;
  return `its weights add up to ${total}, not 100; weights are relative, so nobody is left over: ${example}`;
}

const MAX_SHARES = 1_000;
