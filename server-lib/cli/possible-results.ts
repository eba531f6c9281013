import { formatValue } from '../core/values.ts';
import type { JsonPath } from '../rules/document/json-position.ts';
import { refName } from '../rules/document/references.ts';
import { isJsonObject, ownField } from '../wire/untrusted-json.ts';

/** A value that targeting may return, and its path in the document. */
export interface PossibleResult {
  readonly value: string | number | boolean;
  readonly path: JsonPath;
}

/** A `fractional`, and its path in the document. */
export interface FoundSplit {
  readonly entries: readonly { readonly value: unknown; readonly path: JsonPath }[];
  readonly path: JsonPath;
}

/** What is known about targeting without evaluating it. */
export interface PossibleResults {
  /** The literals that it may return. Values that it reads or computes are not included. */
  readonly results: readonly PossibleResult[];
  readonly splits: readonly FoundSplit[];
  /** The paths of comparisons whose result, `true` or `false`, it may return. */
  readonly booleans: readonly JsonPath[];
}

/** Finds what targeting may return; `evaluators` are the document's, to resolve references. */
export function findPossibleResults(targeting: unknown, path: JsonPath, evaluators: unknown): PossibleResults {
  const found = { results: [] as PossibleResult[], splits: [] as FoundSplit[], booleans: [] as JsonPath[] };
  const followed = new Set<string>();

  function result(logic: unknown, path: JsonPath): void {
    if (typeof logic === 'string' || typeof logic === 'number' || typeof logic === 'boolean') {
      found.results.push({ value: logic, path });
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
    if (BOOLEAN_OPERATORS.has(operator)) found.booleans.push(path);
    if (!Array.isArray(args)) return;
    for (const at of resultsAt(operator, args.length)) result(args[at], [...inside, at]);
    // An `and` returns its first condition that is false.
    if (operator === 'and' && args.slice(0, -1).some(isComparison)) found.booleans.push(path);
    if (operator === 'fractional') split(args, inside);
  }

  function follow(name: string): void {
    if (followed.has(name) || !isJsonObject(evaluators)) return;
    followed.add(name);
    result(ownField(evaluators, name), ['$evaluators', name]);
  }

  function split(args: readonly unknown[], path: JsonPath): void {
    const entries = args.map((value, at) => ({ value, path: [...path, at] }));
    if (!Array.isArray(args[0])) entries.shift(); // the value to split by
    found.splits.push({ entries, path });
    for (const entry of entries) if (Array.isArray(entry.value)) result(entry.value[0], [...entry.path, 0]);
  }

  result(targeting, path);
  return found;
}

/** The indexes of the operands that an operation may return. */
function resultsAt(operator: string, count: number): readonly number[] {
  const all = Array.from({ length: count }, (_, at) => at);
  if (operator === 'if' || operator === '?:') return all.filter((at) => at % 2 === 1 || at === count - 1);
  if (operator === 'or') return all;
  if (operator === 'and') return all.slice(-1);
  if (operator === 'var') return all.slice(1, 2); // the fallback
  return [];
}

// biome-ignore format: one line for each kind
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
 * The warning about a `fractional` whose weights are numbers that do not add up to 100. Weights are relative: `[["ON", 10]]`
 * selects all users. Weights that are all equal or left out are equal shares and need no warning.
 */
export function weightWarning(entries: readonly unknown[]): string | undefined {
  const shares = entries.map((entry) =>
    Array.isArray(entry) ? { variant: entry[0], weight: entry[1] ?? 1 } : undefined,
  );
  const [first, ...others] = shares;
  if (first === undefined || shares.some((share) => typeof share?.weight !== 'number')) return undefined;
  const weights = shares.map((share) => Math.max(0, Number(share?.weight)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return 'its weights add up to 0, so it selects no variant';
  const areEqual = others.length > 0 && others.every((share) => share?.weight === first.weight);
  const isAllUsers = others.length === 0 && entries[0] !== undefined && (entries[0] as unknown[]).length === 1;
  if (total === 100 || areEqual || isAllUsers) return undefined;
  const largest = weights.indexOf(Math.max(...weights.slice(0, MAX_SHARES)));
  const percent = Number(((100 * (weights[largest] as number)) / total).toFixed(2));
  const example = `${formatValue(shares[largest]?.variant)} gets ${weights[largest]} of ${total}, ${percent} % of the users`;
  return `its weights add up to ${total}, not 100; weights are relative: ${example}`;
}

const MAX_SHARES = 1_000;
