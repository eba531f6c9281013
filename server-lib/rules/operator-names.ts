import { didYouMean } from '../core/nearest-name.ts';
import { type ForeignObject, own } from '../wire/foreign-json.ts';
import { shownList } from './schema-problem.ts';

const NAMES: ReadonlySet<string> = new Set(
  // biome-ignore format: one line a kind
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

/** Whether JSON Logic or flagd has an operator of this name. */
export function isOperator(name: string): boolean {
  return NAMES.has(name);
}

/** What is wrong with an operation of these keys, none of which is an operator, or more than one. */
export function noOperator(keys: readonly string[]): string {
  const near = keys.length === 1 ? didYouMean(keys[0], NAMES) : '';
  return `there is no operator ${shownList(keys, ' with ')}${near}`;
}

/**
 * Whether an operation with several keys can be evaluated: json-logic-engine looks for these few shapes before it counts
 * the keys.
 */
export function worksWithOtherKeys(operation: ForeignObject): boolean {
  const has = (operator: string, ...lengths: readonly number[]): boolean => {
    const args = own(operation, operator);
    return Array.isArray(args) && lengths.includes(args.length);
  };
  return has('if', 3) || has('?:', 3) || COMPARISONS.some((operator) => has(operator, 2, 3));
}

const COMPARISONS = ['<', '<=', '>', '>=', '==', '===', '!=', '!=='];
