import { isJsonObject } from '../../wire/untrusted-json.ts';
import type { Json } from '../document/rules-document.ts';
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
import { type Buckets, bucketIndex, fractional, NO_PREFIX, parseBuckets } from './fractional.ts';
import { beginMetering, endMetering, MAX_CONSTANT_STEPS } from './meter.ts';
import { HashedPrefix } from './murmur3.ts';

/** A flag's compiled targeting: returns the answer for a targeting key and its attributes, or throws. */
export type TargetingEvaluator<Answer> = (targetingKey: unknown, context: TargetingContext) => Answer;

interface CompiledTargeting<Answer> {
  readonly evaluate: TargetingEvaluator<Answer>;
  /** Whether an evaluation's work has to be counted. */
  readonly isMetered: boolean;
  readonly dependsOnUser: boolean;
}

/** Compiles a flag's targeting. */
export function compileTargeting<Answer>(
  targeting: Json,
  flagKey: string,
  results: ResultCache<Answer>,
): CompiledTargeting<Answer> {
  const rule = newRuleAnalysis();
  const before = beginMetering(MAX_CONSTANT_STEPS);
  try {
    const compiler = new TargetingCompiler({ flagKey, isInLoop: false, analysis: rule }, results);
    const choose = compiler.compile(targeting);
    if (rule.operations > MAX_OPERATIONS) throw new TargetingError(`it has more than ${MAX_OPERATIONS} operations`);
    return { evaluate: choose, isMetered: rule.isMetered, dependsOnUser: rule.dependsOnUser };
  } catch (error) {
    // As in flagd, an error at compile time fails every evaluation.
    return { evaluate: throwingEvaluator(error), isMetered: false, dependsOnUser: false };
  } finally {
    endMetering(before);
  }
}

/** Compiles one expression of the flag `flagKey`, for `explain`. */
export function compileForExplain(
  logic: Json,
  flagKey: string,
): (targetingKey: unknown, context: TargetingContext) => unknown {
  const read = toReader(
    new ExpressionCompiler().compileLazily(logic, { flagKey, isInLoop: false, analysis: newRuleAnalysis() }),
  );
  return (targetingKey, context) => read(targetingKey, context);
}

/** Follows an `if` down to where the answer comes from, so that a `fractional` there has its answers ready. */
class TargetingCompiler<Answer> {
  readonly #place: CompileContext;
  readonly #outcomes: ResultCache<Answer>;
  readonly #expressions: ExpressionCompiler = new ExpressionCompiler();

  constructor(place: CompileContext, cache: ResultCache<Answer>) {
    this.#place = place;
    this.#outcomes = cache;
  }

  compile(logic: Json): TargetingEvaluator<Answer> {
    const [operator, ...others] = isJsonObject(logic) ? Object.keys(logic) : [];
    const isConditional =
      threeOperands(logic) !== undefined || ((operator === 'if' || operator === '?:') && others.length === 0);
    if (isConditional && !this.#isKnown(logic)) return this.#conditional(logic);
    if (operator === 'fractional' && others.length === 0) {
      const args = (logic as { readonly fractional: Json }).fractional;
      return Array.isArray(args) && args.length > 0 ? this.#split(args) : this.#computedSplit(logic);
    }
    const compiled = this.#expressions.compile(logic, this.#place);
    if (compiled instanceof Constant)
      return constantEvaluator(this.#outcomes.prepare(compiled.value, 'TARGETING_MATCH'));
    return computedEvaluator(compiled, this.#outcomes, 'TARGETING_MATCH');
  }

  // Constant, or without a list of operands.
  #isKnown(logic: Json): boolean {
    if (threeOperands(logic) !== undefined) return false;
    const [args] = Object.values(logic as object);
    return !Array.isArray(args) || this.#expressions.isDeterministic(logic);
  }

  #conditional(logic: Json): TargetingEvaluator<Answer> {
    const { branches, otherwise } = flattenConditional<TargetingEvaluator<Answer>>(logic, {
      condition: (part) => this.#expressions.compile(part, this.#place),
      outcome: (part) => this.compile(part),
      throwing: throwingEvaluator,
      isDeterministic: (part) => this.#expressions.isDeterministic(part),
    });
    const [first, second] = branches;
    if (first === undefined) return otherwise;
    if (second === undefined) return ifElse(first.condition, first.outcome, otherwise);
    return ifElseChain(branches, otherwise);
  }

  #split(args: readonly Json[]): TargetingEvaluator<Answer> {
    const parts = args.map((arg) => this.#expressions.compile(arg, this.#place));
    const [first, ...others] = parts;
    const isByUser = first instanceof Constant && typeof first.value !== 'string';
    const entries = isByUser ? parts : others;
    this.#place.analysis.dependsOnUser ||= isByUser;
    if (!entries.every((entry) => entry instanceof Constant)) return this.#computedSplit({ fractional: args });
    const values = entries.map(({ value }) => value);
    const { flagKey } = this.#place;
    const pick = pickerFor(values, this.#outcomes);
    if (isByUser) return splitByTargetingKey(new HashedPrefix(flagKey), pick, this.#outcomes.prepare(null, 'SPLIT'));
    return splitByValue(toReader(first as Reader | Constant), pick, values, flagKey, this.#outcomes);
  }

  #computedSplit(logic: Json): TargetingEvaluator<Answer> {
    const compiled = this.#expressions.compile(logic, this.#place);
    return computedEvaluator(toReader(compiled), this.#outcomes, 'SPLIT');
  }
}

// These functions stand outside the class so that each closure keeps only what it needs in memory.

function throwingEvaluator(error: unknown): () => never {
  return () => {
    throw error;
  };
}

function constantEvaluator<Answer>(prepared: () => Answer): TargetingEvaluator<Answer> {
  return () => prepared();
}

function computedEvaluator<Answer>(
  read: Reader,
  results: ResultCache<Answer>,
  reason: 'SPLIT' | 'TARGETING_MATCH',
): TargetingEvaluator<Answer> {
  return (key, context) => results.resultFor(read(key, context), reason);
}

function ifElse<Answer>(
  condition: Reader,
  chosen: TargetingEvaluator<Answer>,
  otherwise: TargetingEvaluator<Answer>,
): TargetingEvaluator<Answer> {
  return (key, context) => (isTruthy(condition(key, context)) ? chosen : otherwise)(key, context);
}

function ifElseChain<Answer>(
  branches: readonly { readonly condition: Reader; readonly outcome: TargetingEvaluator<Answer> }[],
  otherwise: TargetingEvaluator<Answer>,
): TargetingEvaluator<Answer> {
  return (key, context) => {
    for (const { condition, outcome } of branches) if (isTruthy(condition(key, context))) return outcome(key, context);
    return otherwise(key, context);
  };
}

function splitByTargetingKey<Answer>(
  prefix: HashedPrefix,
  pick: PickByHash<Answer>,
  nothing: () => Answer,
): TargetingEvaluator<Answer> {
  return (key) => (key ? pick(prefix.hashWith(typeof key === 'string' ? key : `${key}`)) : nothing());
}

function splitByValue<Answer>(
  bucketBy: Reader,
  pick: PickByHash<Answer>,
  entries: readonly unknown[],
  flagKey: string,
  results: ResultCache<Answer>,
): TargetingEvaluator<Answer> {
  return (key, context) => {
    const by = bucketBy(key, context);
    if (typeof by === 'string') return pick(NO_PREFIX.hashWith(by));
    return results.resultFor(fractional([by, ...entries], flagKey, key), 'SPLIT');
  };
}

type PickByHash<Answer> = (hash: number) => Answer;

function pickerFor<Answer>(entries: readonly unknown[], results: ResultCache<Answer>): PickByHash<Answer> {
  const nothing = results.prepare(null, 'SPLIT');
  const buckets = parseBuckets(entries);
  if (buckets === undefined) return nothing;
  return pickFromBuckets(
    buckets,
    buckets.variants.map((variant) => results.prepare(variant, 'SPLIT')),
    nothing,
  );
}

function pickFromBuckets<Answer>(
  { cumulativeWeights, total }: Buckets,
  results: readonly (() => Answer)[],
  nothing: () => Answer,
): PickByHash<Answer> {
  const buckets = { cumulativeWeights, total };
  return (hash) => (results[bucketIndex(buckets, hash)] ?? nothing)();
}
