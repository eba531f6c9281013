import { sanitize } from '../wire/sanitize.ts';
import type { GatekeeperError } from './errors.ts';
import { environmentVariable } from './read-options.ts';
import { isThenable } from './thenable.ts';
import { kindOf, quoted } from './values.ts';

/** The application's hook for what goes wrong while requests are served. */
export type ErrorHook = (error: GatekeeperError) => unknown;

/** Passes an error on to whoever should know; never throws. */
export type ErrorReporter = (error: GatekeeperError) => void;

/** A report to `onError`, or, where there is none, one line on stderr for each kind of mistake. */
export function createErrorReporter(onError: ErrorHook | undefined): ErrorReporter {
  const hook = onError ?? createConsoleHook();
  return function report(error) {
    try {
      isThenable(hook(error)); // an async hook that rejects has nobody else to tell
    } catch {
      // A hook that fails must not cost the visitor the page.
    }
  };
}

function createConsoleHook(): ErrorHook {
  const printed = new Set<string>();
  return function print(error) {
    // What is wrong with rules differs from revision to revision, also where it is about no flag in particular.
    const what = error.code.startsWith('ERR_GK_RULES_') ? error.message.slice(0, 200) : '';
    const kind = `${error.code} ${quoted(error.flag)} ${what}`; // quoted, so that what is remembered is short
    if (printed.has(kind) || printed.size === MAX_LINES) return;
    printed.add(kind);
    const cause = Object.hasOwn(error, 'cause') ? `: ${errorSummary(error.cause)}` : '';
    // In development a mistake is looked for at once; a production log stays one line for each kind.
    const calls = environmentVariable('NODE_ENV') === 'development' ? stackFrames(error.cause) : '';
    console.warn(`gatekeeper-flags: ${error.code}: ${error.message}${cause}${calls}`);
  };
}

const MAX_LINES = 1_000;

/** The name and the message of what was thrown, as one line: anything can be thrown. */
export function errorSummary(thrown: unknown): string {
  const [name, message] = [stringField(thrown, 'name'), stringField(thrown, 'message')];
  if (message === undefined) return typeof thrown === 'string' ? sanitize(thrown, MAX_MESSAGE_LENGTH) : kindOf(thrown);
  const [firstLine = ''] = message.split('\n', 1);
  return sanitize(name === undefined || name === '' ? firstLine : `${name}: ${firstLine}`, MAX_MESSAGE_LENGTH);
}

/** The stack of what was thrown, without its message: one line for each call, each after a line break. */
function stackFrames(thrown: unknown): string {
  const calls = stringField(thrown, 'stack')?.slice(0, MAX_STACK_LENGTH).match(STACK_FRAME) ?? [];
  return calls
    .slice(0, MAX_FRAMES)
    .map((call) => `\n    ${sanitize(call.trim(), MAX_MESSAGE_LENGTH)}`)
    .join('');
}

const STACK_FRAME = /^ {4}at .+$/gm;
const MAX_FRAMES = 10;
const MAX_MESSAGE_LENGTH = 300;
const MAX_STACK_LENGTH = 10_000;

function stringField(thrown: unknown, field: 'name' | 'message' | 'stack'): string | undefined {
  try {
    const text = (thrown as { readonly [name: string]: unknown } | null | undefined)?.[field];
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined; // a getter that throws, a revoked proxy
  }
}
