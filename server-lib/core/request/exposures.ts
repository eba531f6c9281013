import type { ErrorReporter } from '../error-reporter.ts';
import { GatekeeperError, HookError } from '../errors.ts';
import type { Evaluation } from '../flags/flag.ts';
import { LruCache } from '../lru-cache.ts';
import { isThenable } from '../thenable.ts';
import type { EvaluationContext } from './evaluation-context.ts';

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
export type ExposureLog = (evaluation: Evaluation, context: EvaluationContext, revision: string | undefined) => void;

/** Tells `onEvaluate` of each flag, variant and user once, as far as they are remembered. */
export function createExposureLog(
  onEvaluate: (exposure: Exposure) => unknown,
  { overrides = false, window = 10_000 }: ExposureOptions,
  report: ErrorReporter,
): ExposureLog {
  const logged = new LruCache<true>(window);
  const reported = new WeakSet<EvaluationContext>();

  function userOf(evaluation: Evaluation, context: EvaluationContext): string | undefined {
    try {
      return context.targetingKey;
    } catch (cause) {
      // A flag that needed the user has failed, and was reported; the others are counted without a user.
      if (evaluation.source !== 'error' && !reported.has(context) && HookError.isHookError(cause)) {
        reported.add(context);
        const message = `${cause.message}; onEvaluate gets no userId`;
        report(new GatekeeperError(cause.code, message, { cause: cause.cause }));
      }
      return undefined;
    }
  }

  return function logExposure(evaluation, context, revision) {
    if (evaluation.source === 'override' && !overrides) return;
    const userId = userOf(evaluation, context);
    // No name of a flag or variant holds a space; of somebody's id it is the rest.
    const key = `${evaluation.flag} ${evaluation.variant} ${evaluation.source === 'override'} ${userId === undefined ? '' : `u${userId}`}`;
    if (logged.get(key)) return;
    logged.set(key, true);
    const { flag } = evaluation;
    const failed = (what: string, cause: unknown): void =>
      report(new GatekeeperError('ERR_GK_ON_EVALUATE', `Flag ${flag}: onEvaluate ${what}`, { flag, cause }));
    try {
      // It may be async: nothing waits for it.
      isThenable(onEvaluate({ ...evaluation, userId, revision }), {
        rejected: (reason) => failed('rejected', reason),
      });
    } catch (cause) {
      failed('threw', cause);
    }
  };
}
