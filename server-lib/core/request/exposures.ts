import type { ErrorReporter } from '../error-reporter.ts';
import { GatekeeperError, HookError } from '../errors.ts';
import type { Evaluation } from '../flags/flag.ts';
import { LruCache } from '../lru-cache.ts';
import { observePromise } from '../thenable.ts';
import type { EvaluationContext } from './evaluation-context.ts';

/** An evaluation for a user, which an experiment counts. */
export interface Exposure extends Evaluation {
  /** The user's id as a string; `undefined` without a user. */
  readonly userId: string | undefined;
  /** The visitor's id as a string, if a rule used it because there is no user. */
  readonly visitorId?: string;
  /** The revision of the rules in force, if there are any. */
  readonly revision: string | undefined;
}

/** Which evaluations `onEvaluate` receives. */
export interface ExposureOptions {
  /** `true`: also overridden evaluations, with source `override`. They say nothing about your users. */
  readonly overrides?: boolean;
  /** How many combinations of flag, variant and user are remembered, so that each is reported once. Default: 10,000. */
  readonly window?: number;
}

/** Logs an evaluation of a request. Never throws. */
export type ExposureLog = (evaluation: Evaluation, context: EvaluationContext, revision: string | undefined) => void;

/** Calls `onEvaluate` once for each combination of flag, variant and user, or visitor, that is remembered. */
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
      // A flag that needed the user has failed and was reported. The others are counted without a user.
      if (evaluation.source !== 'error' && !reported.has(context) && HookError.isHookError(cause)) {
        reported.add(context);
        const message = `${cause.message}; onEvaluate gets no userId`;
        report(new GatekeeperError(cause.code, message, { cause: cause.cause }));
      }
      return undefined;
    }
  }

  return function logExposure(evaluation, context, revision) {
    if (evaluation.simulated || (evaluation.source === 'override' && !overrides)) return;
    const userId = userOf(evaluation, context.actual); // the evaluation does not depend on a simulated user
    const visitorId = evaluation.visitor === true && userId === undefined ? context.visitorId : undefined;
    const who = userId === undefined ? (visitorId === undefined ? '' : `v${visitorId}`) : `u${userId}`;
    // Flag and variant names contain no space; the id is the rest and may contain any.
    const key = `${evaluation.flag} ${evaluation.variant} ${evaluation.source === 'override'} ${who}`;
    if (logged.get(key)) return;
    logged.set(key, true);
    const { flag } = evaluation;
    const failed = (what: string, cause: unknown): void =>
      report(new GatekeeperError('ERR_GK_ON_EVALUATE', `Flag ${flag}: onEvaluate ${what}`, { flag, cause }));
    try {
      // The hook may be async; nothing waits for it.
      observePromise(
        onEvaluate({ ...evaluation, userId, ...(visitorId === undefined ? undefined : { visitorId }), revision }),
        {
          rejected: (reason) => failed('rejected', reason),
        },
      );
    } catch (cause) {
      failed('threw', cause);
    }
  };
}
