import { isJsonObject } from '../wire/untrusted-json.ts';
import { readDocument } from './document/read-document.ts';
import type { Json, RuleDefinition } from './document/rules-document.ts';
import { documentWarnings, type RulesWarning } from './document/warnings.ts';
import { ResultCache, type ResultFactory, type RuleReason } from './results.ts';
import { compileTargeting, type TargetingEvaluator } from './targeting/compile-targeting.ts';
import type { TargetingContext } from './targeting/expression.ts';
import { beginMetering, endMetering, MAX_STEPS, TooManySteps } from './targeting/meter.ts';

/** One flag's rule, compiled. */
export interface Rule<Answer> {
  /** Whether who is asking can change the answer. */
  readonly dependsOnUser: boolean;
  /** Never throws. */
  evaluate(targetingKey: unknown, context: TargetingContext): Answer;
}

/** Compiles what a document says of the flag `flagKey`. */
export function compileRule<Answer>(
  flagKey: string,
  rule: RuleDefinition,
  results: ResultFactory<Answer>,
): Rule<Answer> {
  // A kill switch works, whatever else is wrong with the flag.
  if (rule.state === 'DISABLED') return constantRule(results.disabled());
  const { fault, targeting } = rule;
  if (fault !== undefined) return { dependsOnUser: false, evaluate: () => results.failed('PARSE_ERROR', fault.what) };
  const cache = new ResultCache(rule, results);
  return targeting === undefined
    ? constantRule(cache.defaultResult('STATIC'))
    : targetedRule(targeting, flagKey, cache, results);
}

function constantRule<Answer>(result: Answer): Rule<Answer> {
  return { dependsOnUser: false, evaluate: () => result };
}

function targetedRule<Answer>(
  targeting: Json,
  flagKey: string,
  cache: ResultCache<Answer>,
  results: ResultFactory<Answer>,
): Rule<Answer> {
  const { evaluate, isMetered, dependsOnUser } = compileTargeting(targeting, flagKey, cache);
  return {
    dependsOnUser,
    evaluate: isMetered ? evaluateMetered(evaluate, results) : evaluateUnmetered(evaluate, results),
  };
}

function evaluateUnmetered<Answer>(
  choose: TargetingEvaluator<Answer>,
  results: ResultFactory<Answer>,
): Rule<Answer>['evaluate'] {
  return (targetingKey, context) => {
    try {
      return choose(targetingKey, context);
    } catch (cause) {
      return failedResult(results, cause);
    }
  };
}

function evaluateMetered<Answer>(
  choose: TargetingEvaluator<Answer>,
  results: ResultFactory<Answer>,
): Rule<Answer>['evaluate'] {
  return (targetingKey, context) => {
    const before = beginMetering(MAX_STEPS);
    try {
      return choose(targetingKey, context);
    } catch (cause) {
      return failedResult(results, cause);
    } finally {
      endMetering(before);
    }
  };
}

function failedResult<Answer>(results: ResultFactory<Answer>, cause: unknown): Answer {
  return results.failed('GENERAL', cause instanceof TooManySteps ? cause.message : 'its targeting failed', cause);
}

/** What a rule says, in OpenFeature's words. */
export interface RuleEvaluation {
  /** `undefined` where the rule chooses none: the code's own default holds. */
  readonly variant: string | undefined;
  readonly value: Json | undefined;
  readonly reason: RuleReason | 'DISABLED' | 'ERROR';
  readonly errorCode?: 'FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'GENERAL';
  /** The document's metadata and the flag's own, where there is any. */
  readonly flagMetadata?: Readonly<Record<string, Json>>;
}

/** OpenFeature's evaluation context: who is asking, and what is known of them. */
export interface EvaluationContext {
  readonly targetingKey?: string | number | undefined;
  readonly [attribute: string]: unknown;
}

/** A rules document, compiled. */
export interface CompiledRules {
  /** The answer of one flag's rule; never throws. */
  evaluate(flag: string, context?: EvaluationContext): RuleEvaluation;
  /** What in the document cannot be used; the rest of it is. */
  readonly notices: readonly RulesWarning[];
  /** Tells this document from another. */
  readonly revision: string;
}

/**
 * Compiles a rules document, flagd's flag definitions as text or parsed. Throws a `GatekeeperError` for what is no JSON,
 * has no `flags` or is larger than 16 MiB; a flag that cannot be read has a notice, and the others are evaluated.
 */
export function compileRules(documentOrText: unknown): CompiledRules {
  const document = readDocument(documentOrText);
  const rules = new Map<string, Rule<RuleEvaluation>>();
  for (const [key, definition] of document.flags)
    rules.set(key, compileRule(key, definition, resultFactoryFor(definition)));
  return {
    evaluate(flag, options) {
      const rule = rules.get(flag);
      if (rule === undefined) return FLAG_NOT_FOUND;
      const context: EvaluationContext = isJsonObject(options) ? options : {};
      try {
        return rule.evaluate(targetingKeyOf(context), { attributes: context });
      } catch {
        return GENERAL_ERROR; // a targeting key that cannot be read
      }
    },
    notices: documentWarnings(document),
    revision: document.revision,
  };
}

function targetingKeyOf(context: EvaluationContext): unknown {
  return Object.hasOwn(context, 'targetingKey') ? context.targetingKey : undefined;
}

function resultFactoryFor({ variants, metadata }: RuleDefinition): ResultFactory<RuleEvaluation> {
  const withMetadata = (evaluation: RuleEvaluation): RuleEvaluation =>
    Object.freeze(metadata === undefined ? evaluation : { ...evaluation, flagMetadata: metadata });
  return {
    variant: (variant, reason) => withMetadata({ variant, value: variants.get(variant), reason }),
    disabled: () => withMetadata(withoutVariant('DISABLED')),
    noVariant: () => withMetadata(withoutVariant('DEFAULT')),
    failed: (errorCode) => withMetadata({ ...withoutVariant('ERROR'), errorCode }),
  };
}

function withoutVariant(reason: RuleEvaluation['reason']): RuleEvaluation {
  return { variant: undefined, value: undefined, reason };
}

const FLAG_NOT_FOUND: RuleEvaluation = Object.freeze({ ...withoutVariant('ERROR'), errorCode: 'FLAG_NOT_FOUND' });
const GENERAL_ERROR: RuleEvaluation = Object.freeze({ ...withoutVariant('ERROR'), errorCode: 'GENERAL' });
