import { isJsonObject, type Json } from '../../wire/untrusted-json.ts';
import { HashedPrefix } from './murmur3.ts';

/** flagd's `fractional` on evaluated arguments: the variant of the bucket, or `null` if an argument is invalid. */
export function fractional(args: unknown, flagKey: string, targetingKey: unknown): unknown {
  if (!Array.isArray(args) || args.length === 0) return null;
  const [first] = args;
  if (typeof first === 'string') return variantOfBucket(parseBuckets(args.slice(1)), NO_PREFIX.hashWith(first));
  return targetingKey
    ? variantOfBucket(parseBuckets(args), NO_PREFIX.hashWith(userBucketingKey(flagKey, targetingKey)))
    : null;
}

/**
 * Whether `fractional` may split by user: without a string as its first operand it does, and an operation other than these
 * may give a list.
 */
export function maySplitByUser(first: Json | undefined): boolean {
  if (!isJsonObject(first)) return typeof first !== 'string';
  return !Object.keys(first).every((operator) => GIVES_TEXT.has(operator));
}

const GIVES_TEXT: ReadonlySet<string> = new Set(['var', 'cat', 'substr']);

/**
 * The string that a split by user hashes. It has the flag's key, so that each flag selects different users; the key comes
 * first, so that it can be hashed once for all users: `new HashedPrefix(userBucketingKey(flagKey, ''))`.
 */
export function userBucketingKey(flagKey: string, targetingKey: unknown): string {
  return `${flagKey}${targetingKey}`;
}

/** Variants in the order of the document, each with the sum of the weights up to and including its own. */
export interface Buckets {
  readonly variants: readonly unknown[];
  readonly cumulativeWeights: readonly number[];
  readonly total: number;
}

/** Reads evaluated entries `[variant, weight]`; `undefined` if one of them is invalid. */
export function parseBuckets(entries: readonly unknown[]): Buckets | undefined {
  const variants: unknown[] = [];
  const cumulativeWeights: number[] = [];
  let total = 0;
  for (const entry of entries) {
    if (!Array.isArray(entry) || entry.length === 0 || entry.length > 2) return undefined;
    const [variant, weight = entry.length === 2 ? undefined : 1] = entry;
    if (!VARIANT_TYPES.has(typeof variant) && variant !== null) return undefined;
    if (!Number.isInteger(weight)) return undefined;
    // A weight that is computed from the time may be negative before the rollout starts; it counts as 0.
    total += Math.max(0, weight);
    variants.push(variant ?? null);
    cumulativeWeights.push(total);
  }
  // Copied, because a list that grew keeps its spare capacity in memory.
  return total > MAX_TOTAL_WEIGHT
    ? undefined
    : { variants: [...variants], cumulativeWeights: [...cumulativeWeights], total };
}

/** The bucket of a hash, from 0 to `total - 1`. */
export function bucketOf(hash: number, total: number): number {
  // (hash * total) >> 32 in two halves: the product has up to 63 bits, and a number holds 53 exactly.
  const low = Math.floor(((hash & 0xffff) * total) / 0x10000);
  return Math.floor(((hash >>> 16) * total + low) / 0x10000);
}

/** The index of the variant that a hash selects; -1 if all weights are 0. */
export function bucketIndex(
  { cumulativeWeights, total }: Pick<Buckets, 'cumulativeWeights' | 'total'>,
  hash: number,
): number {
  const bucket = bucketOf(hash, total);
  for (let at = 0; at < cumulativeWeights.length; at++) if ((cumulativeWeights[at] as number) > bucket) return at;
  return -1;
}

/** Hashes a string without a prefix. */
export const NO_PREFIX: HashedPrefix = new HashedPrefix('');

function variantOfBucket(buckets: Buckets | undefined, hash: number): unknown {
  if (buckets === undefined) return null;
  return buckets.variants[bucketIndex(buckets, hash)] ?? null;
}

const VARIANT_TYPES: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'undefined']);
/** As in flagd: Math.MaxInt32. */
export const MAX_TOTAL_WEIGHT = 0x7fffffff;
