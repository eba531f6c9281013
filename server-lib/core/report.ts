import { environmentVariable } from './environment-variable.ts';
import { type GatekeeperError, quoted } from './gatekeeper-error.ts';
import { callsOf, summaryOf } from './summary.ts';
import { isThenable } from './thenable.ts';

/** The application's hook for what goes wrong while requests are served. */
export type ErrorHook = (error: GatekeeperError) => unknown;

/** Passes an error on to whoever should know; never throws. */
export type Report = (error: GatekeeperError) => void;

/** A report to `onError`, or, where there is none, one line on stderr for each kind of mistake. */
export function createReport(onError: ErrorHook | undefined): Report {
  const hook = onError ?? printOnce();
  return function report(error) {
    try {
      isThenable(hook(error)); // an async hook that rejects has nobody else to tell
    } catch {
      // A hook that fails must not cost the visitor the page.
    }
  };
}

function printOnce(): ErrorHook {
  const printed = new Set<string>();
  return function print(error) {
    // What is wrong with rules differs from revision to revision, also where it is about no flag in particular.
    const what = error.code.startsWith('ERR_GK_RULES_') ? error.message.slice(0, 200) : '';
    const kind = `${error.code} ${quoted(error.flag)} ${what}`; // quoted, so that what is remembered is short
    if (printed.has(kind) || printed.size === MOST_LINES) return;
    printed.add(kind);
    const cause = Object.hasOwn(error, 'cause') ? `: ${summaryOf(error.cause)}` : '';
    // In development a mistake is looked for at once; a production log stays one line for each kind.
    const calls = environmentVariable('NODE_ENV') === 'development' ? callsOf(error.cause) : '';
    console.warn(`gatekeeper-flags: ${error.code}: ${error.message}${cause}${calls}`);
  };
}

const MOST_LINES = 1_000;
