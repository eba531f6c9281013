import type { Evaluation } from './flags/flag.ts';
import type { EvaluationContext } from './request/evaluation-context.ts';

/** What a rules document says of one flag, compiled. */
export interface FlagRule {
  /** Whether who is asking can change the answer. */
  readonly dependsOnUser: boolean;
  /** `undefined`: the rule leaves it to the code. Never throws. */
  evaluate(targetingKey: string | undefined, context: EvaluationContext): Evaluation | undefined;
}

/** The rules at one revision: what one request sees until it ends. */
export interface Ruleset {
  /** Tells these rules from others; `undefined` where there are none. */
  readonly revision: string | undefined;
  /** The rules at their flags' places: a flag that is asked has been looked up already. */
  readonly byFlagIndex: readonly (FlagRule | undefined)[];
}

export const NO_RULES: Ruleset = { revision: undefined, byFlagIndex: [] };
