import { formatValue, formatValues } from '../core/values.ts';
import type { Json, RuleDefinition } from '../rules/document/rules-document.ts';
import { isTruthy } from '../rules/targeting/coercion.ts';
import { compileForExplain } from '../rules/targeting/compile-targeting.ts';
import { bucketIndex, NO_PREFIX, parseBuckets } from '../rules/targeting/fractional.ts';
import { beginMetering, endMetering, MAX_STEPS } from '../rules/targeting/meter.ts';

/** One turn on the way from a flag's targeting to its answer. */
export type TraceStep =
  | { readonly kind: 'condition'; readonly logic: Json; readonly holds: boolean }
  | {
      readonly kind: 'split';
      /** The text that is hashed. */
      readonly by: string;
      readonly bucket: number;
      readonly total: number;
      readonly shares: readonly Share[];
    }
  /** A split for nobody, and what is missing or wrong. */
  | { readonly kind: 'no-split'; readonly why: string };

/** The buckets from `from` to below `to` are a variant's. */
export interface Share {
  readonly variant: string | null;
  readonly from: number;
  readonly to: number;
  readonly isHere: boolean;
}

export interface TraceContext {
  readonly targetingKey: string | undefined;
  readonly attributes: object;
}

/** Follows a flag's targeting for one person, through each `if`, to where the answer comes from. */
export function traceTargeting(flag: string, targeting: Json, person: TraceContext): readonly TraceStep[] {
  const evaluate = (logic: Json): unknown => compileForExplain(logic, flag)(person.targetingKey, person);
  const [operator, args] = operationIn(targeting);
  if (operator === 'if' && Array.isArray(args)) return traceConditions(flag, args, person, evaluate);
  if (operator !== 'fractional' || !Array.isArray(args)) return [];
  const split = traceSplit(flag, args, person, evaluate);
  // A share may be a targeting of its own.
  return [split, ...traceTargeting(flag, chosenShare(args, split), person)];
}

/** What a targeting that gives no variant of the flag comes to for one person. */
export function describeFailure(
  flag: string,
  { targeting = null, variants }: RuleDefinition,
  person: TraceContext,
): string {
  const before = beginMetering(MAX_STEPS);
  try {
    const chosen = compileForExplain(targeting, flag)(person.targetingKey, person);
    return `its targeting chose ${formatValue(chosen)}, which is not one of the variants ${formatValues(variants.keys())}`;
  } catch (error) {
    return `its targeting failed: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    endMetering(before);
  }
}

const NO_USER = 'there is no user to split by; name one with --user';

type Evaluate = (logic: Json) => unknown;

function operationIn(logic: Json): readonly [string?, Json?] {
  return typeof logic === 'object' && logic !== null && !Array.isArray(logic) ? (Object.entries(logic)[0] ?? []) : [];
}

function traceConditions(
  flag: string,
  args: readonly Json[],
  person: TraceContext,
  evaluate: Evaluate,
): readonly TraceStep[] {
  const steps: TraceStep[] = [];
  let at = 0;
  for (; at + 1 < args.length; at += 2) {
    const logic = args[at] as Json;
    const holds = Boolean(isTruthy(evaluate(logic)));
    steps.push({ kind: 'condition', logic, holds });
    if (holds) return [...steps, ...traceTargeting(flag, args[at + 1] as Json, person)];
  }
  return [...steps, ...traceTargeting(flag, args[at] ?? null, person)];
}

function traceSplit(
  flag: string,
  args: readonly Json[],
  { targetingKey }: TraceContext,
  evaluate: Evaluate,
): TraceStep {
  const values = args.map((arg) => (Array.isArray(arg) ? arg.map(evaluate) : evaluate(arg)));
  const [first, ...rest] = values;
  const isKeyed = typeof first === 'string';
  if (!isKeyed && !Array.isArray(args[0]))
    return { kind: 'no-split', why: describeBucketingError(args[0] ?? null, first) };
  if (!isKeyed && !targetingKey) return { kind: 'no-split', why: NO_USER };
  const by = isKeyed ? first : `${flag}${targetingKey}`;
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
  // As flagd does: the hash's share of 2^32, of the total.
  return { kind: 'split', by, bucket: Number((BigInt(hash) * BigInt(total)) >> 32n), total, shares };
}

/** What the person's share comes to, as the document has it. */
function chosenShare(args: readonly Json[], split: TraceStep): Json {
  if (split.kind !== 'split') return null;
  const entries = args.slice(args.length - split.shares.length); // without what users are split by
  const entry = entries[split.shares.findIndex(({ isHere }) => isHere)];
  return (Array.isArray(entry) ? entry[0] : undefined) ?? null;
}

/** Why a value cannot be what users are split by. */
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

/** What is wrong with the evaluated entries of a split that comes to nothing. */
function describeSplitError(entries: readonly unknown[]): string {
  for (const [at, entry] of entries.entries()) {
    if (!Array.isArray(entry) || entry.length === 0 || entry.length > 2) {
      return `entry ${at + 1} of its split is ${formatValue(entry)}, not [variant, weight]`;
    }
    const [variant, weight = 1] = entry;
    if (typeof weight !== 'number')
      return `the weight of ${formatValue(variant)} is ${formatValue(weight)}, not a number`;
    if (parseBuckets([entry]) === undefined)
      return `entry ${at + 1} of its split, ${formatValue(entry)}, cannot be used`;
  }
  const weights = entries.map((entry) => Number((entry as readonly unknown[])[1] ?? 1));
  const total = weights.reduce((sum, weight) => sum + Math.max(0, weight), 0);
  return total > 0 ? `its weights add up to ${total}, which is too much` : 'its weights add up to 0';
}
