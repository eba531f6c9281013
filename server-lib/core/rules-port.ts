import type { FlagValue } from '../wire/manifest.ts';
import type { Evaluation } from './flags/flag.ts';
import type { EvaluationContext } from './request/evaluation-context.ts';

/** The compiled rule of one flag. */
export interface FlagRule {
  /** Whether the evaluation depends on the user. */
  readonly dependsOnUser: boolean;
  /** `undefined` if the rule leaves the choice to the code. Never throws. */
  evaluate(targetingKey: string | undefined, context: EvaluationContext): Evaluation | undefined;
  /** The values that the rules give to variants in place of the code's, whatever selects the variant. */
  readonly values: ReadonlyMap<string, FlagValue> | undefined;
}

/** The rules at one revision. A request uses one revision until it ends. */
export interface Ruleset {
  /** Identifies these rules; `undefined` without rules. */
  readonly revision: string | undefined;
  /** The rules by the index of their flag. With a Map by name, a gate with five evaluations takes 8 % longer (Node 20). */
  readonly byFlagIndex: readonly (FlagRule | undefined)[];
}

export const NO_RULES: Ruleset = { revision: undefined, byFlagIndex: [] };
