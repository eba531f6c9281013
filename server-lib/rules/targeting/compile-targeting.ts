import { isJsonObject, type Json } from '../../wire/untrusted-json.ts';
import type { ResultCache } from '../results.ts';
import { isTruthy } from './coercion.ts';
import { ExpressionCompiler, MAX_OPERATIONS } from './compile-expression.ts';
import { flattenConditional, threeOperands } from './conditional.ts';
import {
  type CompileContext,
  Constant,
  newRuleAnalysis,
  type Reader,
  type TargetingContext,
  TargetingError,
  toReader,
} from './expression.ts';
import {
  type Buckets,
  bucketIndex,
  fractional,
  maySplitByUser,
  NO_PREFIX,
  parseBuckets,
  userBucketingKey,
} from './fractional.ts';
import { beginMetering, endMetering, MAX_CONSTANT_STEPS } from './meter.ts';
import { HashedPrefix } from './murmur3.ts';

/** A flag's compiled targeting: returns the result for a targeting key and its attributes, or throws. */
export type TargetingEvaluator<Result> = (targetingKey: unknown, context: TargetingContext) => Result;

interface CompiledTargeting<Result> {
  readonly evaluate: TargetingEvaluator<Result>;
  /** Whether an evaluation's work has to be counted. */
  readonly isMetered: boolean;
  readonly dependsOnUser: boolean;
}

/** Compiles a flag's targeting. */
export function compileTargeting<Result>(
  targeting: Json,
  flagKey: string,
  results: ResultCache<Result>,
): CompiledTargeting<Result> {
  const rule = newRuleAnalysis();
  const before = beginMetering(MAX_CONSTANT_STEPS);
  try {
    const compiler = new TargetingCompiler({ flagKey, isInLoop: false, analysis: rule }, results);
    const evaluate = compiler.compile(targeting);
    if (rule.operations > MAX_OPERATIONS) throw new TargetingError(`it has more than ${MAX_OPERATIONS} operations`);
    return { evaluate: evaluate, isMetered: rule.isMetered, dependsOnUser: rule.dependsOnUser };
  } catch (error) {
    // As in flagd, an error at compile time fails every evaluation.
    return { evaluate: throwingEvaluator(error), isMetered: false, dependsOnUser: false };
  } finally {
    endMetering(before);
  }
}

/** Compiles one expression of the flag `flagKey`, for the command `explain`. */
export function compileForExplain(
  logic: Json,
  flagKey: string,
): (targetingKey: unknown, context: TargetingContext) => unknown {
  const read = toReader(
    new ExpressionCompiler().compileLazily(logic, { flagKey, isInLoop: false, analysis: newRuleAnalysis() }),
  );
  return (targetingKey, context) => read(targetingKey, context);
}

/** Compiles each branch of an `if` separately, so that its results are created once. */
class TargetingCompiler<Result> {
  readonly #context: CompileContext;
  readonly #results: ResultCache<Result>;
  readonly #expressions: ExpressionCompiler = new ExpressionCompiler();

  constructor(context: CompileContext, cache: ResultCache<Result>) {
    this.#context = context;
    this.#results = cache;
  }

  compile(logic: Json): TargetingEvaluator<Result> {
    const [operator, ...others] = isJsonObject(logic) ? Object.keys(logic) : [];
    const isConditional =
      threeOperands(logic) !== undefined || ((operator === 'if' || operator === '?:') && others.length === 0);
    if (isConditional && !this.#isConstant(logic)) return this.#conditional(logic);
    if (operator === 'fractional' && others.length === 0) {
      const args = (logic as { readonly fractional: Json }).fractional;
      return Array.isArray(args) && args.length > 0 ? this.#split(args) : this.#computedSplit(logic);
    }
    const compiled = this.#expressions.compile(logic, this.#context);
    if (compiled instanceof Constant)
      return constantEvaluator(this.#results.prepare(compiled.value, 'TARGETING_MATCH'));
    return computedEvaluator(compiled, this.#results, 'TARGETING_MATCH');
  }

  // Constant, or without a list of operands.
  #isConstant(logic: Json): boolean {
    if (threeOperands(logic) !== undefined) return false;
    const [args] = Object.values(logic as object);
    return !Array.isArray(args) || this.#expressions.isDeterministic(logic);
  }

  #conditional(logic: Json): TargetingEvaluator<Result> {
    const { branches, otherwise } = flattenConditional<TargetingEvaluator<Result>>(logic, {
      condition: (part) => this.#expressions.compile(part, this.#context),
      outcome: (part) => this.compile(part),
      throwing: throwingEvaluator,
      isDeterministic: (part) => this.#expressions.isDeterministic(part),
    });
    const [first, second] = branches;
    if (first === undefined) return otherwise;
    if (second === undefined) return ifElse(first.condition, first.outcome, otherwise);
    return ifElseChain(branches, otherwise);
  }

  // If each evaluation parses the buckets, a gate with five rollouts takes three times as long (Node 20).
  #split(args: readonly Json[]): TargetingEvaluator<Result> {
    const parts = args.map((arg) => this.#expressions.compile(arg, this.#context));
    const [first, ...others] = parts;
    // An entry whose weight is computed is no constant.
    const isByUser = Array.isArray(args[0]) || (first instanceof Constant && typeof first.value !== 'string');
    const entries = isByUser ? parts : others;
    const isConstant = entries.every((entry) => entry instanceof Constant);
    const values = isConstant ? entries.map(({ value }) => value) : [];
    this.#context.analysis.dependsOnUser ||= isByUser
      ? !(isConstant && givesNull(values))
      : !(first instanceof Constant) && maySplitByUser(args[0]);
    if (!isConstant) return this.#computedSplit({ fractional: args });
    const { flagKey } = this.#context;
    const pick = pickerFor(values, this.#results);
    if (isByUser) {
      const prefix = new HashedPrefix(userBucketingKey(flagKey, ''));
      return splitByTargetingKey(prefix, pick, this.#results.prepare(null, 'SPLIT'));
    }
    return splitByValue(toReader(first as Reader | Constant), pick, values, flagKey, this.#results);
  }

  #computedSplit(logic: Json): TargetingEvaluator<Result> {
    const compiled = this.#expressions.compile(logic, this.#context);
    return computedEvaluator(toReader(compiled), this.#results, 'SPLIT');
  }
}

// These functions stand outside the class so that each closure keeps only what it needs in memory.

function throwingEvaluator(error: unknown): () => never {
  return () => {
    throw error;
  };
}

function constantEvaluator<Result>(prepared: () => Result): TargetingEvaluator<Result> {
  return () => prepared();
}

function computedEvaluator<Result>(
  read: Reader,
  results: ResultCache<Result>,
  reason: 'SPLIT' | 'TARGETING_MATCH',
): TargetingEvaluator<Result> {
  return (key, context) => results.resultFor(read(key, context), reason);
}

function ifElse<Result>(
  condition: Reader,
  chosen: TargetingEvaluator<Result>,
  otherwise: TargetingEvaluator<Result>,
): TargetingEvaluator<Result> {
  return (key, context) => (isTruthy(condition(key, context)) ? chosen : otherwise)(key, context);
}

function ifElseChain<Result>(
  branches: readonly { readonly condition: Reader; readonly outcome: TargetingEvaluator<Result> }[],
  otherwise: TargetingEvaluator<Result>,
): TargetingEvaluator<Result> {
  return (key, context) => {
    for (const { condition, outcome } of branches) if (isTruthy(condition(key, context))) return outcome(key, context);
    return otherwise(key, context);
  };
}

function splitByTargetingKey<Result>(
  prefix: HashedPrefix,
  pick: PickByHash<Result>,
  noVariant: () => Result,
): TargetingEvaluator<Result> {
  return (key) => (key ? pick(prefix.hashWith(typeof key === 'string' ? key : `${key}`)) : noVariant());
}

function splitByValue<Result>(
  bucketBy: Reader,
  pick: PickByHash<Result>,
  entries: readonly unknown[],
  flagKey: string,
  results: ResultCache<Result>,
): TargetingEvaluator<Result> {
  return (key, context) => {
    const by = bucketBy(key, context);
    if (typeof by === 'string') return pick(NO_PREFIX.hashWith(by));
    return results.resultFor(fractional([by, ...entries], flagKey, key), 'SPLIT');
  };
}

// A rollout of 0 % selects the same for everybody, also without a user: no visitor needs an id for it.
function givesNull(entries: readonly unknown[]): boolean {
  const { variants, cumulativeWeights } = parseBuckets(entries) ?? NO_BUCKETS;
  return variants.every(
    (variant, at) => variant === null || cumulativeWeights[at] === (cumulativeWeights[at - 1] ?? 0),
  );
}

const NO_BUCKETS: Pick<Buckets, 'variants' | 'cumulativeWeights'> = { variants: [], cumulativeWeights: [] };

type PickByHash<Result> = (hash: number) => Result;

function pickerFor<Result>(entries: readonly unknown[], results: ResultCache<Result>): PickByHash<Result> {
  const noVariant = results.prepare(null, 'SPLIT');
  const buckets = parseBuckets(entries);
  if (buckets === undefined) return noVariant;
  return pickFromBuckets(
    buckets,
    buckets.variants.map((variant) => results.prepare(variant, 'SPLIT')),
    noVariant,
  );
}

function pickFromBuckets<Result>(
  { cumulativeWeights, total }: Buckets,
  results: readonly (() => Result)[],
  noVariant: () => Result,
): PickByHash<Result> {
  const buckets = { cumulativeWeights, total };
  return (hash) => (results[bucketIndex(buckets, hash)] ?? noVariant)();
}
