import { isJsonObject, type Json } from '../wire/untrusted-json.ts';
import { readDocument } from './document/read-document.ts';
import type { RuleDefinition } from './document/rules-document.ts';
import { documentWarnings, type RulesWarning } from './document/warnings.ts';
import { ResultCache, type ResultFactory, type RuleReason } from './results.ts';
import { compileTargeting, type TargetingEvaluator } from './targeting/compile-targeting.ts';
import type { TargetingContext } from './targeting/expression.ts';
import { beginMetering, endMetering, MAX_STEPS, TooManySteps } from './targeting/meter.ts';

/** One flag's rule, compiled. */
export interface Rule<Result> {
  /** Whether the targeting key can change the result. */
  readonly dependsOnUser: boolean;
  /** Never throws. */
  evaluate(targetingKey: unknown, context: TargetingContext): Result;
}

/** Compiles the rule of the flag `flagKey`. */
export function compileRule<Result>(
  flagKey: string,
  rule: RuleDefinition,
  results: ResultFactory<Result>,
): Rule<Result> {
  // A kill switch works even if the rest of the flag is invalid.
  if (rule.state === 'DISABLED') return constantRule(results.disabled());
  const { fault, targeting } = rule;
  if (fault !== undefined) return { dependsOnUser: false, evaluate: () => results.failed('PARSE_ERROR', fault.what) };
  const cache = new ResultCache(rule, results);
  return targeting === undefined
    ? constantRule(cache.defaultResult('STATIC'))
    : targetedRule(targeting, flagKey, cache, results);
}

function constantRule<Result>(result: Result): Rule<Result> {
  return { dependsOnUser: false, evaluate: () => result };
}

function targetedRule<Result>(
  targeting: Json,
  flagKey: string,
  cache: ResultCache<Result>,
  results: ResultFactory<Result>,
): Rule<Result> {
  const { evaluate, isMetered, dependsOnUser } = compileTargeting(targeting, flagKey, cache);
  return {
    dependsOnUser,
    evaluate: isMetered ? evaluateMetered(evaluate, results) : evaluateUnmetered(evaluate, results),
  };
}

function evaluateUnmetered<Result>(
  evaluate: TargetingEvaluator<Result>,
  results: ResultFactory<Result>,
): Rule<Result>['evaluate'] {
  return (targetingKey, context) => {
    try {
      return evaluate(targetingKey, context);
    } catch (cause) {
      return failedResult(results, cause);
    }
  };
}

function evaluateMetered<Result>(
  evaluate: TargetingEvaluator<Result>,
  results: ResultFactory<Result>,
): Rule<Result>['evaluate'] {
  return (targetingKey, context) => {
    const before = beginMetering(MAX_STEPS);
    try {
      return evaluate(targetingKey, context);
    } catch (cause) {
      return failedResult(results, cause);
    } finally {
      endMetering(before);
    }
  };
}

function failedResult<Result>(results: ResultFactory<Result>, cause: unknown): Result {
  return results.failed('GENERAL', cause instanceof TooManySteps ? cause.message : 'its targeting failed', cause);
}

/** The result of a rule, as OpenFeature's evaluation details. */
export interface RuleEvaluation {
  /** `undefined` if the rule selects no variant: use the default in code. */
  readonly variant: string | undefined;
  readonly value: Json | undefined;
  readonly reason: RuleReason | 'DISABLED' | 'ERROR';
  readonly errorCode?: 'FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'GENERAL';
  /** The document's metadata merged with the flag's own; absent if there is none. */
  readonly flagMetadata?: Readonly<Record<string, Json>>;
}

/** OpenFeature's evaluation context: the user's targeting key and attributes. */
export interface EvaluationContext {
  readonly targetingKey?: string | number | undefined;
  readonly [attribute: string]: unknown;
}

/** A rules document, compiled. */
export interface CompiledRules {
  /** Evaluates one flag's rule; never throws. `now` is the time that a rule reads (`$flagd.timestamp`), if it is another one. */
  evaluate(flag: string, context?: EvaluationContext, options?: { readonly now?: Date | undefined }): RuleEvaluation;
  /** The parts of the document that are left out, and why. */
  readonly notices: readonly RulesWarning[];
  /** Identifies the document: a hash of its text. */
  readonly revision: string;
}

/**
 * Compiles a rules document (flagd's flag definitions), parsed or as a string. Throws a `GatekeeperError` if it is not JSON,
 * has no `flags` or is larger than 16 MiB. A flag that cannot be read gets an entry in `notices`; the others are evaluated.
 */
export function compileRules(documentOrText: unknown): CompiledRules {
  const document = readDocument(documentOrText);
  const rules = new Map<string, Rule<RuleEvaluation>>();
  for (const [key, definition] of document.flags)
    rules.set(key, compileRule(key, definition, resultFactoryFor(definition)));
  return {
    evaluate(flag, given, options) {
      const rule = rules.get(flag);
      if (rule === undefined) return FLAG_NOT_FOUND;
      const context: EvaluationContext = isJsonObject(given) ? given : {};
      try {
        const now = options?.now;
        const timestamp = now && Math.floor(now.getTime() / 1_000);
        return rule.evaluate(targetingKeyOf(context), { attributes: context, timestamp });
      } catch {
        return GENERAL_ERROR; // a targeting key or a time that cannot be read
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
