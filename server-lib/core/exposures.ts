import type { Asker } from './asker.ts';
import type { Evaluation } from './evaluation.ts';
import { GatekeeperError } from './gatekeeper-error.ts';
import { HookFailure } from './hook.ts';
import { Recent } from './recent.ts';
import type { Report } from './report.ts';
import { isThenable } from './thenable.ts';

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
  const reported = new WeakSet<Asker>();

  function userOf(answer: Evaluation, asker: Asker): string | undefined {
    try {
      return asker.targetingKey;
    } catch (cause) {
      // A flag that needed the user has failed, and was reported; the others are counted without a user.
      if (answer.source !== 'error' && !reported.has(asker) && HookFailure.isFailure(cause)) {
        reported.add(asker);
        const message = `${cause.message}; onEvaluate gets no userId`;
        report(new GatekeeperError(cause.code, message, { cause: cause.cause }));
      }
      return undefined;
    }
  }

  return function logExposure(answer, asker, revision) {
    if (answer.source === 'override' && !overrides) return;
    const userId = userOf(answer, asker);
    // No name of a flag or variant holds a space; of somebody's id it is the rest.
    const key = `${answer.flag} ${answer.variant} ${answer.source === 'override'} ${userId === undefined ? '' : `u${userId}`}`;
    if (told.get(key)) return;
    told.set(key, true);
    const { flag } = answer;
    const failed = (what: string, cause: unknown): void =>
      report(new GatekeeperError('ERR_GK_ON_EVALUATE', `Flag ${flag}: onEvaluate ${what}`, { flag, cause }));
    try {
      // It may be async: nothing waits for it.
      isThenable(onEvaluate({ ...answer, userId, revision }), {
        rejected: (reason) => failed('rejected', reason),
      });
    } catch (cause) {
      failed('threw', cause);
    }
  };
}
