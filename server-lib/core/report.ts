import { sanitize } from '../wire/sanitize.ts';
import { type GatekeeperError, kindOf, quoted } from './gatekeeper-error.ts';
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
    const kind = `${error.code} ${quoted(error.flag)}`; // quoted, so that what is remembered is short
    if (printed.has(kind) || printed.size === MOST_LINES) return;
    printed.add(kind);
    const cause = Object.hasOwn(error, 'cause') ? `: ${summaryOf(error.cause)}${stackOf(error.cause)}` : '';
    console.warn(`gatekeeper-flags: ${error.code}: ${error.message}${cause}`);
  };
}

const MOST_LINES = 1_000;

/** The name and the message of what was thrown, as one line: anything can be thrown. */
function summaryOf(thrown: unknown): string {
  const [name, message] = [textIn(thrown, 'name'), textIn(thrown, 'message')];
  if (message === undefined) return typeof thrown === 'string' ? sanitize(thrown, MOST_MESSAGE) : kindOf(thrown);
  const [firstLine = ''] = message.split('\n', 1);
  return sanitize(name === undefined || name === '' ? firstLine : `${name}: ${firstLine}`, MOST_MESSAGE);
}

// In development a mistake is looked for at once; a production log stays one line for each kind.
function stackOf(thrown: unknown): string {
  const { env } = process;
  if (env.NODE_ENV !== 'development') return '';
  const calls = textIn(thrown, 'stack')?.slice(0, MOST_STACK).match(CALLS) ?? [];
  return calls
    .slice(0, MOST_CALLS)
    .map((call) => `\n    ${sanitize(call.trim(), MOST_MESSAGE)}`)
    .join('');
}

const CALLS = /^ {4}at .+$/gm;
const MOST_CALLS = 10;
const MOST_MESSAGE = 300;
const MOST_STACK = 10_000;

function textIn(thrown: unknown, field: 'name' | 'message' | 'stack'): string | undefined {
  try {
    const text = (thrown as { readonly [name: string]: unknown } | null | undefined)?.[field];
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined; // a getter that throws, a revoked proxy
  }
}
