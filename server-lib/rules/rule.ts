import { type Answers, Outcomes } from './answers.ts';
import type { Json, RuleDefinition } from './rules-document.ts';
import type { Subject } from './subject.ts';
import { type Choice, compileTargeting } from './targeting/compile-targeting.ts';
import { beginMetering, endMetering, MAX_STEPS, TooManySteps } from './targeting/meter.ts';

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
  return targeting === undefined
    ? always(outcomes.byDefault('STATIC'))
    : targeted(targeting, flagKey, outcomes, answers);
}

function always<Answer>(answer: Answer): Rule<Answer> {
  return { looksAtUser: false, answer: () => answer };
}

function targeted<Answer>(
  targeting: Json,
  flagKey: string,
  outcomes: Outcomes<Answer>,
  answers: Answers<Answer>,
): Rule<Answer> {
  const { choose, isMetered, looksAtUser } = compileTargeting(targeting, flagKey, outcomes);
  return { looksAtUser, answer: isMetered ? metered(choose, answers) : unmetered(choose, answers) };
}

function unmetered<Answer>(choose: Choice<Answer>, answers: Answers<Answer>): Rule<Answer>['answer'] {
  return (targetingKey, subject) => {
    try {
      return choose(targetingKey, subject);
    } catch (cause) {
      return failed(answers, cause);
    }
  };
}

function metered<Answer>(choose: Choice<Answer>, answers: Answers<Answer>): Rule<Answer>['answer'] {
  return (targetingKey, subject) => {
    const before = beginMetering(MAX_STEPS);
    try {
      return choose(targetingKey, subject);
    } catch (cause) {
      return failed(answers, cause);
    } finally {
      endMetering(before);
    }
  };
}

function failed<Answer>(answers: Answers<Answer>, cause: unknown): Answer {
  return answers.failed('GENERAL', cause instanceof TooManySteps ? cause.message : 'its targeting failed', cause);
}
