import { isForeignObject } from '../../wire/foreign-json.ts';
import type { Outcomes } from '../answers.ts';
import type { Json } from '../rules-document.ts';
import type { Subject } from '../subject.ts';
import { ExpressionCompiler, MAX_OPERATIONS } from './compile-expression.ts';
import { takeApart, threeOperands } from './conditional.ts';
import { Constant, type Reader, reader, TargetingError } from './expression.ts';
import { type Buckets, bucketAt, bucketsOf, fractional, UNKEYED } from './fractional.ts';
import { beginMetering, endMetering, MAX_CONSTANT_STEPS } from './meter.ts';
import { HashedPrefix } from './murmur3.ts';
import { newRule, type Place } from './place.ts';
import { truthy } from './values.ts';

/** A flag's compiled targeting: returns the answer for a targeting key and its attributes, or throws. */
export type Choice<Answer> = (targetingKey: unknown, subject: Subject) => Answer;

interface CompiledTargeting<Answer> {
  readonly choose: Choice<Answer>;
  /** Whether an evaluation's work has to be counted. */
  readonly isMetered: boolean;
  readonly looksAtUser: boolean;
}

/** Compiles a flag's targeting. */
export function compileTargeting<Answer>(
  targeting: Json,
  flagKey: string,
  outcomes: Outcomes<Answer>,
): CompiledTargeting<Answer> {
  const rule = newRule();
  const before = beginMetering(MAX_CONSTANT_STEPS);
  try {
    const compiler = new TargetingCompiler({ flagKey, isInLoop: false, rule }, outcomes);
    const choose = compiler.choice(targeting);
    if (rule.operations > MAX_OPERATIONS) throw new TargetingError(`it has more than ${MAX_OPERATIONS} operations`);
    return { choose, isMetered: rule.isMetered, looksAtUser: rule.looksAtUser };
  } catch (error) {
    // As in flagd, an error at compile time fails every evaluation.
    return { choose: failingChoice(error), isMetered: false, looksAtUser: false };
  } finally {
    endMetering(before);
  }
}

/** Compiles one expression of the flag `flagKey`, for `explain`. */
export function compileExpression(logic: Json, flagKey: string): (targetingKey: unknown, subject: Subject) => unknown {
  const read = reader(new ExpressionCompiler().compileLazily(logic, { flagKey, isInLoop: false, rule: newRule() }));
  return (targetingKey, subject) => read(targetingKey, subject);
}

/** Follows an `if` down to where the answer comes from, so that a `fractional` there has its answers ready. */
class TargetingCompiler<Answer> {
  readonly #place: Place;
  readonly #outcomes: Outcomes<Answer>;
  readonly #expressions: ExpressionCompiler = new ExpressionCompiler();

  constructor(place: Place, outcomes: Outcomes<Answer>) {
    this.#place = place;
    this.#outcomes = outcomes;
  }

  choice(logic: Json): Choice<Answer> {
    const [operator, ...others] = isForeignObject(logic) ? Object.keys(logic) : [];
    const isConditional =
      threeOperands(logic) !== undefined || ((operator === 'if' || operator === '?:') && others.length === 0);
    if (isConditional && !this.#isKnown(logic)) return this.#conditional(logic);
    if (operator === 'fractional' && others.length === 0) {
      const args = (logic as { readonly fractional: Json }).fractional;
      return Array.isArray(args) && args.length > 0 ? this.#split(args) : this.#computedSplit(logic);
    }
    const compiled = this.#expressions.compile(logic, this.#place);
    if (compiled instanceof Constant) return constantly(this.#outcomes.prepared(compiled.value, 'TARGETING_MATCH'));
    return computed(compiled, this.#outcomes, 'TARGETING_MATCH');
  }

  // Constant, or without a list of operands.
  #isKnown(logic: Json): boolean {
    if (threeOperands(logic) !== undefined) return false;
    const [args] = Object.values(logic as object);
    return !Array.isArray(args) || this.#expressions.isDeterministic(logic);
  }

  #conditional(logic: Json): Choice<Answer> {
    const { branches, otherwise } = takeApart<Choice<Answer>>(logic, {
      condition: (part) => this.#expressions.compile(part, this.#place),
      outcome: (part) => this.choice(part),
      failing: failingChoice,
      isDeterministic: (part) => this.#expressions.isDeterministic(part),
    });
    const [first, second] = branches;
    if (first === undefined) return otherwise;
    if (second === undefined) return eitherOr(first.condition, first.outcome, otherwise);
    return firstThatHolds(branches, otherwise);
  }

  #split(args: readonly Json[]): Choice<Answer> {
    const parts = args.map((arg) => this.#expressions.compile(arg, this.#place));
    const [first, ...others] = parts;
    const isByUser = first instanceof Constant && typeof first.value !== 'string';
    const entries = isByUser ? parts : others;
    this.#place.rule.looksAtUser ||= isByUser;
    if (!entries.every((entry) => entry instanceof Constant)) return this.#computedSplit({ fractional: args });
    const values = entries.map(({ value }) => value);
    const { flagKey } = this.#place;
    const pick = picker(values, this.#outcomes);
    if (isByUser) return splitByUser(new HashedPrefix(flagKey), pick, this.#outcomes.prepared(null, 'SPLIT'));
    return splitBy(reader(first as Reader | Constant), pick, values, flagKey, this.#outcomes);
  }

  #computedSplit(logic: Json): Choice<Answer> {
    const compiled = this.#expressions.compile(logic, this.#place);
    return computed(reader(compiled), this.#outcomes, 'SPLIT');
  }
}

// These functions stand outside the class so that each closure keeps only what it needs in memory.

function failingChoice(error: unknown): () => never {
  return () => {
    throw error;
  };
}

function constantly<Answer>(prepared: () => Answer): Choice<Answer> {
  return () => prepared();
}

function computed<Answer>(
  read: Reader,
  outcomes: Outcomes<Answer>,
  reason: 'SPLIT' | 'TARGETING_MATCH',
): Choice<Answer> {
  return (key, subject) => outcomes.of(read(key, subject), reason);
}

function eitherOr<Answer>(condition: Reader, chosen: Choice<Answer>, otherwise: Choice<Answer>): Choice<Answer> {
  return (key, subject) => (truthy(condition(key, subject)) ? chosen : otherwise)(key, subject);
}

function firstThatHolds<Answer>(
  branches: readonly { readonly condition: Reader; readonly outcome: Choice<Answer> }[],
  otherwise: Choice<Answer>,
): Choice<Answer> {
  return (key, subject) => {
    for (const { condition, outcome } of branches) if (truthy(condition(key, subject))) return outcome(key, subject);
    return otherwise(key, subject);
  };
}

function splitByUser<Answer>(prefix: HashedPrefix, pick: Pick<Answer>, nothing: () => Answer): Choice<Answer> {
  return (key) => (key ? pick(prefix.hashWith(typeof key === 'string' ? key : `${key}`)) : nothing());
}

function splitBy<Answer>(
  bucketBy: Reader,
  pick: Pick<Answer>,
  entries: readonly unknown[],
  flagKey: string,
  outcomes: Outcomes<Answer>,
): Choice<Answer> {
  return (key, subject) => {
    const by = bucketBy(key, subject);
    if (typeof by === 'string') return pick(UNKEYED.hashWith(by));
    return outcomes.of(fractional([by, ...entries], flagKey, key), 'SPLIT');
  };
}

type Pick<Answer> = (hash: number) => Answer;

function picker<Answer>(entries: readonly unknown[], outcomes: Outcomes<Answer>): Pick<Answer> {
  const nothing = outcomes.prepared(null, 'SPLIT');
  const buckets = bucketsOf(entries);
  if (buckets === undefined) return nothing;
  return pickFrom(
    buckets,
    buckets.variants.map((variant) => outcomes.prepared(variant, 'SPLIT')),
    nothing,
  );
}

function pickFrom<Answer>(
  { upTo, total }: Buckets,
  answers: readonly (() => Answer)[],
  nothing: () => Answer,
): Pick<Answer> {
  const buckets = { upTo, total };
  return (hash) => (answers[bucketAt(buckets, hash)] ?? nothing)();
}
