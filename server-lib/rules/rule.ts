import { isForeignObject } from '../wire/foreign-json.ts';
import { type Answers, Outcomes } from './answers.ts';
import { interpreted, Split } from './engine.ts';
import { type Buckets, bucketAt, bucketsOf, fractional, UNKEYED } from './fractional.ts';
import { truthy } from './json-logic.ts';
import { looksAtUser } from './looks-at-user.ts';
import { HashedPrefix } from './murmur3.ts';
import type { Json, RuleDefinition } from './rules-document.ts';
import type { Subject } from './subject.ts';
import { branches, translate } from './translate.ts';
import { Constant, LeftToEngine, type Reader, reader, type Translated } from './translated.ts';

/** One flag's rule, compiled. */
export interface Rule<Answer> {
  /** Whether who is asking can change the answer. */
  readonly looksAtUser: boolean;
  /** Never throws. */
  answer(targetingKey: unknown, subject: Subject): Answer;
}

/** Compiles what a document says of the flag `flagKey`. */
export function compileRule<Answer>(flagKey: string, rule: RuleDefinition, answers: Answers<Answer>): Rule<Answer> {
  // A kill switch works, whatever else is wrong with the flag.
  if (rule.state === 'DISABLED') return always(answers.disabled());
  const { fault, targeting } = rule;
  if (fault !== undefined) return { looksAtUser: false, answer: () => answers.failed('PARSE_ERROR', fault.what) };
  const outcomes = new Outcomes(rule, answers);
  if (targeting === undefined) return always(outcomes.byDefault('STATIC'));
  return targeted(compileTargeting(targeting, flagKey, outcomes), looksAtUser(targeting), answers);
}

function targeted<Answer>(choose: Choice<Answer>, looksAtUser: boolean, answers: Answers<Answer>): Rule<Answer> {
  return {
    looksAtUser,
    answer(targetingKey, subject) {
      try {
        return choose(targetingKey, subject);
      } catch (cause) {
        return answers.failed('GENERAL', 'its targeting failed', cause);
      }
    },
  };
}

function always<Answer>(answer: Answer): Rule<Answer> {
  return { looksAtUser: false, answer: () => answer };
}

type Choice<Answer> = (targetingKey: unknown, subject: Subject) => Answer;

function compileTargeting<Answer>(targeting: Json, flagKey: string, outcomes: Outcomes<Answer>): Choice<Answer> {
  try {
    return choice(targeting, flagKey, outcomes);
  } catch (cause) {
    if (!(cause instanceof LeftToEngine)) throw cause;
  }
  const run = interpreted(targeting, flagKey);
  return (targetingKey, subject) => {
    const value = run(targetingKey, subject);
    return value instanceof Split ? outcomes.of(value.variant, 'SPLIT') : outcomes.of(value, 'TARGETING_MATCH');
  };
}

/** Follows an `if` down to where the answer comes from, so that a `fractional` there has its answers ready. */
function choice<Answer>(expression: Json, flagKey: string, outcomes: Outcomes<Answer>): Choice<Answer> {
  const [[operator, args] = [], ...others] = isForeignObject(expression)
    ? Object.entries<Json>(expression as { readonly [operator: string]: Json })
    : [];
  if (others.length > 0) throw new LeftToEngine();
  if (operator === 'if') return conditionalChoice(args as Json, flagKey, outcomes);
  if (operator === 'fractional' && isListOfLists(args)) return split(args, flagKey, outcomes);
  const value = translate(expression, flagKey);
  if (value instanceof Constant) return outcomes.prepared(value.value, 'TARGETING_MATCH');
  const read = reader(value);
  return (targetingKey, subject) => outcomes.of(read(targetingKey, subject), 'TARGETING_MATCH');
}

function isListOfLists(args: Json | undefined): args is readonly Json[] {
  return Array.isArray(args) && args.length > 0 && args.every((entry, at) => at === 0 || Array.isArray(entry));
}

function conditionalChoice<Answer>(args: Json, flagKey: string, outcomes: Outcomes<Answer>): Choice<Answer> {
  const parts = branches(args, flagKey);
  return parts.branches.reduceRight<Choice<Answer>>(
    (rest, { condition, outcome }) => {
      const chosen = choice(outcome, flagKey, outcomes);
      return (key, subject) => (truthy(condition(key, subject)) ? chosen : rest)(key, subject);
    },
    choice(parts.otherwise, flagKey, outcomes),
  );
}

function split<Answer>(args: readonly Json[], flagKey: string, outcomes: Outcomes<Answer>): Choice<Answer> {
  const [first] = args;
  const isKeyed = Array.isArray(first);
  const entries = (isKeyed ? args : args.slice(1)).map((entry) =>
    (entry as readonly Json[]).map((part) => translate(part, flagKey)),
  );
  const isConstant = entries.flat().every((part) => part instanceof Constant);
  if (!isConstant) return computedSplit({ fractional: args }, flagKey, outcomes);
  const values = entries.map((entry) => entry.map((part) => (part as Constant).value));
  const pick = picker(values, outcomes);
  if (isKeyed) return splitByUser(new HashedPrefix(flagKey), pick, outcomes.prepared(null, 'SPLIT'));
  const bucketBy = reader(translate(first as Json, flagKey));
  return (key, subject) => {
    const by = bucketBy(key, subject);
    if (typeof by === 'string') return pick(UNKEYED.hashWith(by));
    return outcomes.of(fractional([by, ...values], flagKey, key), 'SPLIT');
  };
}

// A function of its own: what its closure does not need, it does not keep in memory for each flag.
function splitByUser<Answer>(prefix: HashedPrefix, pick: Pick<Answer>, nothing: () => Answer): Choice<Answer> {
  return (key) => (key ? pick(prefix.hashWith(typeof key === 'string' ? key : `${key}`)) : nothing());
}

type Pick<Answer> = (hash: number) => Answer;

function picker<Answer>(entries: readonly unknown[][], outcomes: Outcomes<Answer>): Pick<Answer> {
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

function computedSplit<Answer>(expression: Json, flagKey: string, outcomes: Outcomes<Answer>): Choice<Answer> {
  const read: Reader = reader(translate(expression, flagKey) as Translated);
  return (key, subject) => outcomes.of(read(key, subject), 'SPLIT');
}
