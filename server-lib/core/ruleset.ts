import type { Asker } from './asker.ts';
import type { Evaluation } from './evaluation.ts';

/** What a rules document says of one flag, compiled. */
export interface FlagRule {
  /** Whether who is asking can change the answer. */
  readonly looksAtUser: boolean;
  /** `undefined`: the rule leaves it to the code. Never throws. */
  answer(targetingKey: string | undefined, asker: Asker): Evaluation | undefined;
}

/** The rules at one revision: what one request sees until it ends. */
export interface Ruleset {
  /** Tells these rules from others; `undefined` where there are none. */
  readonly revision: string | undefined;
  /** The rules at their flags' places: a flag that is asked has been looked up already. */
  readonly byPlace: readonly (FlagRule | undefined)[];
}

export const NO_RULES: Ruleset = { revision: undefined, byPlace: [] };
