import { isForeignObject } from '../wire/foreign-json.ts';
import type { Answers, RuleReason } from './answers.ts';
import { type Notice, noticesOf } from './notice.ts';
import { readDocument } from './read-document.ts';
import { compileRule, type Rule } from './rule.ts';
import type { Json, RuleDefinition } from './rules-document.ts';

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
  for (const [key, definition] of document.flags) rules.set(key, compileRule(key, definition, answersFrom(definition)));
  return {
    evaluate(flag, given) {
      const rule = rules.get(flag);
      if (rule === undefined) return NOT_FOUND;
      const context: EvaluationContext = isForeignObject(given) ? given : {};
      try {
        return rule.answer(targetingKeyIn(context), { attributes: context });
      } catch {
        return FAILED; // a targeting key that cannot be read
      }
    },
    notices: noticesOf(document),
    revision: document.revision,
  };
}

function targetingKeyIn(context: EvaluationContext): unknown {
  return Object.hasOwn(context, 'targetingKey') ? context.targetingKey : undefined;
}

function answersFrom({ variants, metadata }: RuleDefinition): Answers<RuleEvaluation> {
  const withMetadata = (evaluation: RuleEvaluation): RuleEvaluation =>
    Object.freeze(metadata === undefined ? evaluation : { ...evaluation, flagMetadata: metadata });
  return {
    variant: (variant, reason) => withMetadata({ variant, value: variants.get(variant), reason }),
    disabled: () => withMetadata(nothing('DISABLED')),
    none: () => withMetadata(nothing('DEFAULT')),
    failed: (errorCode) => withMetadata({ ...nothing('ERROR'), errorCode }),
  };
}

function nothing(reason: RuleEvaluation['reason']): RuleEvaluation {
  return { variant: undefined, value: undefined, reason };
}

const NOT_FOUND: RuleEvaluation = Object.freeze({ ...nothing('ERROR'), errorCode: 'FLAG_NOT_FOUND' });
const FAILED: RuleEvaluation = Object.freeze({ ...nothing('ERROR'), errorCode: 'GENERAL' });
