import { isForeignObject } from '../wire/foreign-json.ts';
import type { JsonPath } from './json-position.ts';
import { isOperator, noOperator, worksWithOtherKeys } from './operator-names.ts';
import { referenceIn } from './references.ts';
import type { RuleFault } from './rules-document.ts';
import { shown } from './schema-problem.ts';

/** How deep operations and lists may stand in each other; an `else if` counts as deep as its `if`. */
const MAX_NESTING = 500;

/**
 * Why an expression cannot be evaluated: the first operator that does not exist (flagd looks for one at the same places),
 * or that it is nested too deeply.
 */
export function operatorFault(expression: unknown, path: JsonPath): RuleFault | undefined {
  const seen = new Set<object>();
  const pending: Place[] = [{ value: expression, key: undefined, around: undefined, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value } = next;
    // An evaluator that is used twice is checked once.
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (next.depth > MAX_NESTING) {
      return { code: 'unreadable-flag', what: `it nests more than ${MAX_NESTING} operations and lists`, path };
    }
    if (Array.isArray(value)) {
      for (let at = value.length - 1; at >= 0; at--) {
        const isElse = at === value.length - 1 && (next.key === 'if' || next.key === '?:');
        const depth = isElse ? next.depth - 1 : next.depth + 1;
        pending.push({ value: value[at], key: at, around: next, depth });
      }
    } else if (isForeignObject(value)) {
      const [operator, ...others] = Object.keys(value);
      if (operator === undefined) continue;
      const isUsable = isOperator(operator) && (others.length === 0 || worksWithOtherKeys(value));
      if (!isUsable) return faultOf(value, [operator, ...others], [...path, ...pathOf(next)]);
      pending.push({ value: value[operator], key: operator, around: next, depth: next.depth + 1 });
    }
  }
  return undefined;
}

/** A value, and the way to it. */
interface Place {
  readonly value: unknown;
  readonly key: string | number | undefined;
  readonly around: Place | undefined;
  readonly depth: number;
}

function pathOf(place: Place): JsonPath {
  const path: (string | number)[] = [];
  for (let at: Place | undefined = place; at?.key !== undefined; at = at.around) path.push(at.key);
  return path.reverse();
}

function faultOf(value: object, operators: readonly string[], path: JsonPath): RuleFault {
  const reference = referenceIn(value);
  if (reference !== undefined) {
    return { code: 'dangling-reference', what: `there is no evaluator ${shown(reference)} after this one`, path };
  }
  return { code: 'unknown-operator', what: noOperator(operators), path };
}
