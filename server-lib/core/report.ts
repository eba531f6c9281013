import { type GatekeeperError, quoted } from './gatekeeper-error.ts';

/** The application's hook for what goes wrong while requests are served. */
export type ErrorHook = (error: GatekeeperError) => unknown;

/** Passes an error on to whoever should know; never throws. */
export type Report = (error: GatekeeperError) => void;

/** A report to `onError`, or, where there is none, one line on stderr for each kind of mistake. */
export function createReport(onError: ErrorHook | undefined): Report {
  const hook = onError ?? printOnce();
  return function report(error) {
    try {
      swallowRejection(hook(error));
    } catch {
      // A hook that fails must not cost the visitor the page.
    }
  };
}

/** Marks a promise that nobody will await as handled, so that its rejection cannot end the process. */
export function swallowRejection(value: unknown): void {
  if (value instanceof Promise) value.catch(() => {});
}

function printOnce(): ErrorHook {
  const printed = new Set<string>();
  return function print(error) {
    const kind = `${error.code} ${quoted(error.flag)}`; // quoted, so that what is remembered is short
    if (printed.has(kind) || printed.size === MOST_LINES) return;
    printed.add(kind);
    console.warn(`gatekeeper-flags: ${error.code}: ${error.message}`);
  };
}

const MOST_LINES = 1_000;
