import type { Asker } from './asker.ts';
import type { Evaluation } from './evaluation.ts';
import { GatekeeperError } from './gatekeeper-error.ts';
import { Recent } from './recent.ts';
import { type Report, swallowRejection } from './report.ts';

/** An answer that somebody was given: what an experiment counts. */
export interface Exposure extends Evaluation {
  /** Who was asking, as text; `undefined` where nobody was known. */
  readonly userId: string | undefined;
  /** The revision of the rules in force, if there are any. */
  readonly revision: string | undefined;
}

/** Which answers `onEvaluate` is told. */
export interface ExposureOptions {
  /** `true`: those that a browser overrode too, with source `override`. They say nothing about your users. */
  readonly overrides?: boolean;
  /** How many combinations of flag, variant and user are remembered, so that each is told once: 10,000 if left out. */
  readonly window?: number;
}

/** Notes that a request was given an answer. Never throws. */
export type ExposureLog = (answer: Evaluation, asker: Asker, revision: string | undefined) => void;

/** Tells `onEvaluate` of each flag, variant and user once, as far as they are remembered. */
export function exposureLog(
  onEvaluate: (exposure: Exposure) => unknown,
  { overrides = false, window = 10_000 }: ExposureOptions,
  report: Report,
): ExposureLog {
  const told = new Recent<true>(window);
  return function logExposure(answer, asker, revision) {
    if (answer.source === 'override' && !overrides) return;
    const userId = userOf(asker);
    // No name of a flag or variant holds a space; of somebody's id it is the rest.
    const key = `${answer.flag} ${answer.variant} ${answer.source === 'override'} ${userId === undefined ? '' : `u${userId}`}`;
    if (told.get(key)) return;
    told.set(key, true);
    try {
      swallowRejection(onEvaluate({ ...answer, userId, revision }));
    } catch (cause) {
      const { flag } = answer;
      report(new GatekeeperError('ERR_GK_ON_EVALUATE', `Flag ${flag}: onEvaluate threw`, { flag, cause }));
    }
  };
}

// What the application's own `userId` throws was reported where a flag needed it.
function userOf(asker: Asker): string | undefined {
  try {
    return asker.targetingKey;
  } catch {
    return undefined;
  }
}
