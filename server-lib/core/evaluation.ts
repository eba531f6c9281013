import type { Source } from '../wire/manifest.ts';

/** OpenFeature's reasons, and flagd's for rules (OpenFeature specification, "Evaluation Details"). */
export type Reason = 'STATIC' | 'TARGETING_MATCH' | 'SPLIT' | 'DEFAULT' | 'DISABLED' | 'ERROR';

/** OpenFeature's error codes, as far as a decision in code can fail. */
export type EvaluationErrorCode = 'GENERAL' | 'TYPE_MISMATCH';

/** One flag's answer and where it came from. */
export interface Evaluation<Variant extends string = string> {
  readonly flag: string;
  readonly variant: Variant;
  readonly source: Source;
  readonly reason: Reason;
  readonly errorCode?: EvaluationErrorCode;
}

/** What each source's answer means in OpenFeature's words (docs/protocol.md section 2). */
export const REASON_OF: {
  readonly override: Reason;
  readonly user: Reason;
  readonly code: Reason;
  readonly default: Reason;
} = { override: 'STATIC', user: 'TARGETING_MATCH', code: 'TARGETING_MATCH', default: 'DEFAULT' };
