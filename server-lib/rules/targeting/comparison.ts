import type { Json } from '../../wire/untrusted-json.ts';
import { type Compiled, Constant, NO_CONTEXT, type Reader, TargetingError, toReader } from './expression.ts';
import { chargeCharacters } from './meter.ts';

export type Comparison = (left: unknown, right: unknown) => boolean;

type Comparable = string & number;

/** The comparisons that also compare types. */
const STRICT: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['===', (left, right) => left === right],
  ['!==', (left, right) => left !== right],
]);

const LOOSE: ReadonlyMap<string, (left: Comparable, right: Comparable) => boolean> = new Map([
  ['<', (left: Comparable, right: Comparable) => left < right],
  ['<=', (left: Comparable, right: Comparable) => left <= right],
  ['>', (left: Comparable, right: Comparable) => left > right],
  ['>=', (left: Comparable, right: Comparable) => left >= right],
  ['==', (left: Comparable, right: Comparable) => left === right],
  ['!=', (left: Comparable, right: Comparable) => left !== right],
]);

/** Every comparison of two values, by operator. */
export const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ...[...LOOSE].map(([name, compare]) => [name, loose(compare)] as const),
  ...STRICT,
]);

/** Compares two strings as strings and everything else as numbers. Throws if a value cannot be converted to a number. */
function loose(compare: (left: Comparable, right: Comparable) => boolean): Comparison {
  return function compareLoosely(left, right) {
    if (isStringOrNull(left) && isStringOrNull(right)) return compare(left as Comparable, right as Comparable);
    const first = toNumber(left);
    const second = toNumber(right);
    if (Number.isNaN(first) || (Number.isNaN(second) && left !== null)) throw notComparableError();
    return compare(first as Comparable, second as Comparable);
  };
}

/** Compares neighbours in a list of four or more operands, which are read one by one. */
export function compareChain(operator: string, values: Iterable<unknown>): boolean {
  const isStrict = STRICT.has(operator);
  const compare = (STRICT.get(operator) ?? LOOSE.get(operator)) as Comparison;
  let previous: unknown;
  let at = 0;
  for (const current of values) {
    if (at > 0) {
      const isAsItIs = isStrict || (isStringOrNull(current) && isStringOrNull(previous));
      if (isAsItIs && !compare(previous, current)) return false;
      // As in flagd-core, both must also be numbers: two strings in the right order fail here.
      if (Number.isNaN(toNumber(current)) && previous !== null) throw notComparableError();
      if (at === 1 && Number.isNaN(toNumber(previous))) throw notComparableError();
      if (!compare(toNumber(previous), toNumber(current))) return false;
    }
    previous = current;
    at++;
  }
  return true;
}

/** `compare`; also counts the steps for long strings. */
export function meteredComparison(compare: Comparison): Comparison {
  return (left, right) => {
    if (typeof left === 'string' && typeof right === 'string') chargeCharacters(Math.min(left.length, right.length));
    return compare(left, right);
  };
}

function isStringOrNull(value: unknown): boolean {
  return typeof value === 'string' || value === null;
}

function toNumber(value: unknown): number {
  if ((typeof value === 'object' && value !== null) || Number.isNaN(value)) throw notComparableError();
  return +(value as number);
}

function notComparableError(): TargetingError {
  return new TargetingError('a comparison needs two strings or two numbers');
}

/** Compiles a comparison of two operands, or of three neighbours: `a < b < c`. */
export function compileComparison(
  parts: readonly Compiled[],
  compare: (left: unknown, right: unknown) => boolean,
): Compiled {
  const [first, second, third] = parts as readonly [Compiled, Compiled, Compiled?];
  const [left, right, last] = [toReader(first), toReader(second), third && toReader(third)];
  const read: Reader =
    last === undefined
      ? (data, scope) => compare(left(data, scope), right(data, scope))
      : (data, scope) => {
          const middle = [left(data, scope), right(data, scope)] as const;
          return compare(middle[0], middle[1]) && compare(middle[1], last(data, scope));
        };
  const isConstant = parts.every((part) => part instanceof Constant);
  return isConstant ? new Constant(read(undefined, NO_CONTEXT)) : read;
}

/** Whether {@link compileComparison} can compile these operands. */
export function isComparisonOperands(args: readonly Json[] | undefined): boolean {
  return args !== undefined && (args.length === 2 || args.length === 3);
}
