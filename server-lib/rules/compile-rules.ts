import { isForeignObject } from '../wire/foreign-json.ts';
import type { Answers, RuleReason } from './answers.ts';
import { type Notice, noticesOf } from './notice.ts';
import { readDocument } from './read-document.ts';
import { compileRule, type Rule } from './rule.ts';
import type { Json } from './rules-document.ts';

/** What a rule says, in OpenFeature's words. */
export interface RuleEvaluation {
  /** `undefined` where the rule chooses none: the code's own default holds. */
  readonly variant: string | undefined;
  readonly value: Json | undefined;
  readonly reason: RuleReason | 'DISABLED' | 'ERROR';
  readonly errorCode?: 'FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'GENERAL';
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
  readonly notices: readonly Notice[];
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
    rules.set(key, compileRule(key, definition, answersFrom(definition.variants)));
  return {
    evaluate(flag, given) {
      const context: EvaluationContext = isForeignObject(given) ? given : {};
      const targetingKey = Object.hasOwn(context, 'targetingKey') ? context.targetingKey : undefined;
      return rules.get(flag)?.answer(targetingKey, { attributes: context }) ?? NOT_FOUND;
    },
    notices: noticesOf(document),
    revision: document.revision,
  };
}

function answersFrom(variants: ReadonlyMap<string, Json>): Answers<RuleEvaluation> {
  return {
    variant: (variant, reason) => Object.freeze({ variant, value: variants.get(variant), reason }),
    disabled: () => nothing('DISABLED'),
    none: () => nothing('DEFAULT'),
    failed: (errorCode) => ({ ...nothing('ERROR'), errorCode }),
  };
}

function nothing(reason: RuleEvaluation['reason']): RuleEvaluation {
  return { variant: undefined, value: undefined, reason };
}

const NOT_FOUND: RuleEvaluation = Object.freeze({ ...nothing('ERROR'), errorCode: 'FLAG_NOT_FOUND' });
