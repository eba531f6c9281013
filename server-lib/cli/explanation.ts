import { interpreted } from '../rules/engine.ts';
import { bucketAt, bucketsOf, UNKEYED } from '../rules/fractional.ts';
import { truthy } from '../rules/json-logic.ts';
import type { Json } from '../rules/rules-document.ts';

/** One turn on the way from a flag's targeting to its answer. */
export type Step =
  | { readonly kind: 'condition'; readonly logic: Json; readonly holds: boolean }
  | {
      readonly kind: 'split';
      /** The text that is hashed. */
      readonly by: string;
      readonly bucket: number;
      readonly total: number;
      readonly shares: readonly Share[];
    }
  /** A split for nobody: there is no text to hash, or its weights make no sense. */
  | { readonly kind: 'no-split'; readonly why: string };

/** The buckets from `from` to below `to` are a variant's. */
export interface Share {
  readonly variant: string | null;
  readonly from: number;
  readonly to: number;
  readonly isHere: boolean;
}

export interface Person {
  readonly targetingKey: string | undefined;
  readonly attributes: object;
}

/** Follows a flag's targeting for one person, through each `if`, to where the answer comes from. */
export function stepsOf(flag: string, targeting: Json, person: Person): readonly Step[] {
  const evaluate = (logic: Json): unknown => interpreted(logic, flag)(person.targetingKey, person);
  const [operator, args] = operationIn(targeting);
  if (operator === 'if' && Array.isArray(args)) return conditionsOf(flag, args, person, evaluate);
  if (operator === 'fractional' && Array.isArray(args)) return [splitOf(flag, args, person, evaluate)];
  return [];
}

type Evaluate = (logic: Json) => unknown;

function operationIn(logic: Json): readonly [string?, Json?] {
  return typeof logic === 'object' && logic !== null && !Array.isArray(logic) ? (Object.entries(logic)[0] ?? []) : [];
}

function conditionsOf(flag: string, args: readonly Json[], person: Person, evaluate: Evaluate): readonly Step[] {
  const steps: Step[] = [];
  let at = 0;
  for (; at + 1 < args.length; at += 2) {
    const logic = args[at] as Json;
    const holds = Boolean(truthy(evaluate(logic)));
    steps.push({ kind: 'condition', logic, holds });
    if (holds) return [...steps, ...stepsOf(flag, args[at + 1] as Json, person)];
  }
  return [...steps, ...stepsOf(flag, args[at] ?? null, person)];
}

function splitOf(flag: string, args: readonly Json[], { targetingKey }: Person, evaluate: Evaluate): Step {
  const values = args.map((arg) => (Array.isArray(arg) ? arg.map(evaluate) : evaluate(arg)));
  const [first, ...rest] = values;
  const isKeyed = typeof first === 'string';
  if (!isKeyed && !targetingKey) return { kind: 'no-split', why: 'there is no user to split by' };
  const by = isKeyed ? first : `${flag}${targetingKey}`;
  const buckets = bucketsOf(isKeyed ? rest : values);
  if (buckets === undefined || buckets.total === 0) return { kind: 'no-split', why: 'its weights make no sense' };
  const hash = UNKEYED.hashWith(by);
  const here = bucketAt(buckets, hash);
  const shares = buckets.variants.map((variant, at) => ({
    variant: variant === null ? null : String(variant),
    from: buckets.upTo[at - 1] ?? 0,
    to: buckets.upTo[at] ?? 0,
    isHere: at === here,
  }));
  const { total } = buckets;
  // As flagd does: the hash's share of 2^32, of the total.
  return { kind: 'split', by, bucket: Number((BigInt(hash) * BigInt(total)) >> 32n), total, shares };
}
