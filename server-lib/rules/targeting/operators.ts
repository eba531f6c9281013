import { ARITHMETIC } from './arithmetic.ts';
import { isContextObject } from './context.ts';
import { hasContext, type Scope, TargetingError } from './expression.ts';
import { fractional } from './fractional.ts';
import { concatenate, endsWith, includes, merge, startsWith, substring } from './lists-and-strings.ts';
import { charge } from './meter.ts';
import { missing, missingSome } from './missing.ts';
import type { Place } from './place.ts';
import { semVer } from './sem-ver.ts';
import { truthy } from './values.ts';

/** An operator that works on its evaluated operands. */
export interface Operator {
  /** A single operand is passed as it is, not in a list. */
  readonly isUnary: boolean;
  /** Its work depends on how long its operands are. */
  readonly isMetered: boolean;
  apply(operands: never, data: unknown, scope: Scope, place: Place): unknown;
}

type Apply<Operands> = (operands: Operands, data: unknown, scope: Scope, place: Place) => unknown;

/** The operators whose operands are all evaluated before they are. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...[...ARITHMETIC].map(([name, apply]): [string, Operator] => [
    name,
    { isUnary: name === '+' || name === '-', isMetered: true, apply },
  ]),
  ['!', unary(not)],
  ['not', unary(not)],
  ['!!', unary((value) => !not(value))],
  ['cat', metered(concatenate, true)],
  ['in', metered<readonly unknown[]>(([item, container]) => includes(item, container))],
  ['substr', metered(substring)],
  ['merge', metered(merge)],
  ['missing', metered(missing)],
  ['missing_some', metered(missingSome)],
  ['starts_with', ofFlagd(startsWith)],
  ['ends_with', ofFlagd(endsWith)],
  ['sem_ver', ofFlagd(countedSemVer)],
  ['fractional', ofFlagd((args, key, flagKey) => fractional(args, flagKey, key))],
]);

function not(value: unknown): boolean {
  return !truthy(Array.isArray(value) ? value[0] : value);
}

function unary(apply: Apply<never>): Operator {
  return { isUnary: true, isMetered: false, apply };
}

function metered<Operands>(apply: Apply<Operands>, isUnary = false): Operator {
  return { isUnary, isMetered: true, apply: apply as Apply<never> };
}

function countedSemVer(args: readonly unknown[]): boolean | null {
  charge(SEM_VER_STEPS);
  return semVer(args);
}

const SEM_VER_STEPS = 10;

// Inside loops flagd's own operators do not have the evaluation context, and fail.
function ofFlagd(apply: (args: readonly unknown[], key: unknown, flagKey: string) => unknown): Operator {
  return {
    isUnary: false,
    isMetered: false,
    apply(args: readonly unknown[], data, scope, { isInLoop, flagKey }) {
      if (!isInLoop && hasContext(scope)) return apply(args, data, flagKey);
      if (isInLoop && isContextObject(data)) return apply(args, data.targetingKey, flagKey);
      throw new TargetingError('flagd’s own operators do not work inside map, filter, reduce, all, none and some');
    },
  };
}
