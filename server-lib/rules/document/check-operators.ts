import { didYouMean, formatValue, formatValues } from '../../core/values.ts';
import { isJsonObject, type JsonObject, ownField } from '../../wire/untrusted-json.ts';
import type { JsonPath } from './json-position.ts';
import { refName } from './references.ts';
import type { RuleFault } from './rules-document.ts';

/**
 * Why an expression cannot be evaluated: its first unknown operator (flagd checks the same places), or its depth. `undefined`
 * if it can.
 */
export function findOperatorFault(expression: unknown, path: JsonPath): RuleFault | undefined {
  const seen = new Set<object>();
  const pending: TreePosition[] = [{ value: expression, key: undefined, parent: undefined, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value } = next;
    // An evaluator that is used twice is checked once.
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (next.depth > MAX_NESTING) {
      return { code: 'unreadable-flag', what: `it nests operations and lists more than ${MAX_NESTING} deep`, path };
    }
    if (Array.isArray(value)) {
      for (let at = value.length - 1; at >= 0; at--) {
        const isElse = at === value.length - 1 && (next.key === 'if' || next.key === '?:');
        const depth = isElse ? next.depth - 1 : next.depth + 1;
        pending.push({ value: value[at], key: at, parent: next, depth });
      }
    } else if (isJsonObject(value)) {
      const [operator, ...others] = Object.keys(value);
      if (operator === undefined) continue;
      const isUsable = isOperator(operator) && (others.length === 0 || allowsOtherKeys(value));
      if (!isUsable) return operatorFault(value, [operator, ...others], [...path, ...pathOf(next)]);
      pending.push({ value: value[operator], key: operator, parent: next, depth: next.depth + 1 });
    }
  }
  return undefined;
}

/** The maximum depth of nested operations and lists; an `else if` has the depth of its `if`. */
const MAX_NESTING = 500;

/** The message about an operation with these keys: an unknown operator, or several keys. */
function unknownOperatorMessage(keys: readonly string[]): string {
  const near = keys.length === 1 ? didYouMean(keys[0], OPERATOR_NAMES) : '';
  return `there is no operator ${formatValues(keys, ' with ')}${near}`;
}

/** Whether JSON Logic or flagd has an operator with this name. */
function isOperator(name: string): boolean {
  return OPERATOR_NAMES.has(name);
}

const OPERATOR_NAMES: ReadonlySet<string> = new Set(
  // biome-ignore format: one line for each kind
  [
    'var', 'missing', 'missing_some',
    'if', '?:', 'and', 'or', '!', '!!', 'not',
    '==', '===', '!=', '!==', '<', '<=', '>', '>=',
    '+', '-', '*', '/', '%', 'max', 'min',
    'in', 'cat', 'substr', 'merge',
    'map', 'filter', 'reduce', 'all', 'every', 'none', 'some',
    'starts_with', 'ends_with', 'sem_ver', 'fractional',
  ],
);

/**
 * Whether an operation with several keys can be evaluated: json-logic-engine accepts these few shapes before it counts the
 * keys.
 */
function allowsOtherKeys(operation: JsonObject): boolean {
  const has = (operator: string, ...lengths: readonly number[]): boolean => {
    const args = ownField(operation, operator);
    return Array.isArray(args) && lengths.includes(args.length);
  };
  return has('if', 3) || has('?:', 3) || COMPARISONS.some((operator) => has(operator, 2, 3));
}

const COMPARISONS = ['<', '<=', '>', '>=', '==', '===', '!=', '!=='];

/** A value and its position in the expression. */
interface TreePosition {
  readonly value: unknown;
  readonly key: string | number | undefined;
  readonly parent: TreePosition | undefined;
  readonly depth: number;
}

function pathOf(position: TreePosition): JsonPath {
  const path: (string | number)[] = [];
  for (let at: TreePosition | undefined = position; at?.key !== undefined; at = at.parent) path.push(at.key);
  return path.reverse();
}

/** The fault of an operation that cannot be evaluated: an unknown operator, several keys, or an unresolved reference. */
export function operatorFault(value: object, operators: readonly string[], path: JsonPath): RuleFault {
  const reference = refName(value);
  if (reference === undefined) return { code: 'unknown-operator', what: unknownOperatorMessage(operators), path };
  // A reference inside an evaluator has the path of the flag that uses the evaluator, so the hint is always given.
  const what = `there is no evaluator ${formatValue(reference)}; an evaluator can refer only to later ones`;
  return { code: 'dangling-reference', what, path };
}
