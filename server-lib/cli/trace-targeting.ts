import { formatValue, formatValues } from '../core/values.ts';
import type { RuleDefinition } from '../rules/document/rules-document.ts';
import { isTruthy } from '../rules/targeting/coercion.ts';
import { compileForExplain } from '../rules/targeting/compile-targeting.ts';
import {
  bucketIndex,
  bucketOf,
  MAX_TOTAL_WEIGHT,
  NO_PREFIX,
  parseBuckets,
  userBucketingKey,
} from '../rules/targeting/fractional.ts';
import { beginMetering, endMetering, MAX_STEPS } from '../rules/targeting/meter.ts';
import type { Json } from '../wire/untrusted-json.ts';

/** One step of the evaluation of a flag's targeting. */
export type TraceStep =
  | { readonly kind: 'condition'; readonly logic: Json; readonly holds: boolean }
  | {
      readonly kind: 'split';
      /** The string that is hashed. */
      readonly by: string;
      readonly bucket: number;
      readonly total: number;
      readonly shares: readonly Share[];
    }
  /** A split that selects no variant, and why. */
  | { readonly kind: 'no-split'; readonly why: string };

/** The buckets of a variant: `from` is included, `to` is not. */
export interface Share {
  readonly variant: string | null;
  readonly from: number;
  readonly to: number;
  readonly isHere: boolean;
}

export interface TraceUser {
  readonly targetingKey: string | undefined;
  readonly attributes: object;
  /** The time in seconds since 1970; now if it is absent. */
  readonly timestamp?: number | undefined;
}

/** Evaluates a flag's targeting for one user, step by step: each condition, and the split that selects the variant. */
export function traceTargeting(flag: string, targeting: Json, user: TraceUser): readonly TraceStep[] {
  const evaluate = (logic: Json): unknown => compileForExplain(logic, flag)(user.targetingKey, user);
  const [operator, args] = operationIn(targeting);
  if (operator === 'if' && Array.isArray(args)) return traceConditions(flag, args, user, evaluate);
  if (operator !== 'fractional' || !Array.isArray(args)) return [];
  const split = traceSplit(flag, args, user, evaluate);
  // The variant of a share may be an expression itself.
  return [split, ...traceTargeting(flag, chosenShare(args, split), user)];
}

/** Why a flag's targeting returns no variant of the flag for one user. */
export function describeFailure(flag: string, { targeting = null, variants }: RuleDefinition, user: TraceUser): string {
  const before = beginMetering(MAX_STEPS);
  try {
    const result = compileForExplain(targeting, flag)(user.targetingKey, user);
    return `its targeting must return one of the variants ${formatValues(variants.keys())}; got ${formatValue(result)}`;
  } catch (error) {
    return `its targeting failed: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    endMetering(before);
  }
}

const NO_USER = 'there is no user to split by; add --user <id>';

type Evaluate = (logic: Json) => unknown;

function operationIn(logic: Json): readonly [string?, Json?] {
  return typeof logic === 'object' && logic !== null && !Array.isArray(logic) ? (Object.entries(logic)[0] ?? []) : [];
}

function traceConditions(
  flag: string,
  args: readonly Json[],
  user: TraceUser,
  evaluate: Evaluate,
): readonly TraceStep[] {
  const steps: TraceStep[] = [];
  let at = 0;
  for (; at + 1 < args.length; at += 2) {
    const logic = args[at] as Json;
    const holds = Boolean(isTruthy(evaluate(logic)));
    steps.push({ kind: 'condition', logic, holds });
    if (holds) return [...steps, ...traceTargeting(flag, args[at + 1] as Json, user)];
  }
  return [...steps, ...traceTargeting(flag, args[at] ?? null, user)];
}

function traceSplit(flag: string, args: readonly Json[], { targetingKey }: TraceUser, evaluate: Evaluate): TraceStep {
  const values = args.map((arg) => (Array.isArray(arg) ? arg.map(evaluate) : evaluate(arg)));
  const [first, ...rest] = values;
  const isKeyed = typeof first === 'string';
  if (!isKeyed && !Array.isArray(args[0]))
    return { kind: 'no-split', why: describeBucketingError(args[0] ?? null, first) };
  if (!isKeyed && !targetingKey) return { kind: 'no-split', why: NO_USER };
  const by = isKeyed ? first : userBucketingKey(flag, targetingKey);
  const entries = isKeyed ? rest : values;
  const buckets = parseBuckets(entries);
  if (buckets === undefined || buckets.total === 0) return { kind: 'no-split', why: describeSplitError(entries) };
  const hash = NO_PREFIX.hashWith(by);
  const here = bucketIndex(buckets, hash);
  const shares = buckets.variants.map((variant, at) => ({
    variant: variant === null ? null : String(variant),
    from: buckets.cumulativeWeights[at - 1] ?? 0,
    to: buckets.cumulativeWeights[at] ?? 0,
    isHere: at === here,
  }));
  const { total } = buckets;
  return { kind: 'split', by, bucket: bucketOf(hash, total), total, shares };
}

/** The expression of the user's share in the document. */
function chosenShare(args: readonly Json[], split: TraceStep): Json {
  if (split.kind !== 'split') return null;
  const entries = args.slice(args.length - split.shares.length); // without the value to split by
  const entry = entries[split.shares.findIndex(({ isHere }) => isHere)];
  return (Array.isArray(entry) ? entry[0] : undefined) ?? null;
}

/** Why `fractional` cannot split by a value. */
function describeBucketingError(logic: Json, value: unknown): string {
  const [operator, args] = operationIn(logic);
  const [name] = Array.isArray(args) ? args : [args];
  const isAttribute = operator === 'var' && typeof name === 'string' && name !== '';
  const isMissing = value === undefined || value === null;
  const what = isMissing ? 'nothing' : `${formatValue(value)}, which is not a string`;
  if (!isAttribute) return `fractional needs a string to split by; ${formatValue(logic)} gives ${what}`;
  if (isMissing && name === 'targetingKey') return NO_USER;
  if (isMissing) return `fractional needs a string to split by; the context has no ${formatValue(name)}`;
  return `fractional needs a string to split by; ${formatValue(name)} is ${what}`;
}

/** What is wrong with the evaluated entries of a split that selects no variant. */
function describeSplitError(entries: readonly unknown[]): string {
  for (const [at, entry] of entries.entries()) {
    if (!Array.isArray(entry) || entry.length === 0 || entry.length > 2) {
      return `entry ${at + 1} of its split must be [variant, weight]; got ${formatValue(entry)}`;
    }
    const [variant, weight = 1] = entry;
    if (typeof weight !== 'number')
      return `the weight of ${formatValue(variant)} must be a number; got ${formatValue(weight)}`;
    if (parseBuckets([entry]) === undefined)
      return `entry ${at + 1} of its split, ${formatValue(entry)}, cannot be used`;
  }
  const weights = entries.map((entry) => Number((entry as readonly unknown[])[1] ?? 1));
  const total = weights.reduce((sum, weight) => sum + Math.max(0, weight), 0);
  return total > 0 ? `its weights must add up to at most ${MAX_TOTAL_WEIGHT}; got ${total}` : 'its weights add up to 0';
}
