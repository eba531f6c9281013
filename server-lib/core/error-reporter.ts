import { sanitize } from '../wire/sanitize.ts';
import type { GatekeeperError } from './errors.ts';
import { environmentVariable } from './read-options.ts';
import { observePromise } from './thenable.ts';
import { kindOf, quoted } from './values.ts';

/** The application's hook for errors while requests are served. */
export type ErrorHook = (error: GatekeeperError) => unknown;

/** Reports an error. Never throws. */
export type ErrorReporter = (error: GatekeeperError) => void;

/** Reports errors to `onError`, or without it as one line on stderr for each kind of error. */
export function createErrorReporter(onError: ErrorHook | undefined): ErrorReporter {
  const hook = onError ?? createConsoleHook();
  return function report(error) {
    try {
      observePromise(hook(error)); // handles the rejection of an async hook
    } catch {
      // A failing hook must not fail the request.
    }
  };
}

function createConsoleHook(): ErrorHook {
  const printed = new Set<string>();
  return function print(error) {
    // Errors in rules differ between revisions, even if they concern no flag.
    const what = error.code.startsWith('ERR_GK_RULES_') ? error.message.slice(0, 200) : '';
    const kind = `${error.code} ${quoted(error.flag)} ${what}`; // quoted, so that the key is short
    if (printed.has(kind) || printed.size === MAX_LINES) return;
    printed.add(kind);
    const cause = Object.hasOwn(error, 'cause') ? `: ${errorSummary(error.cause)}` : '';
    // The stack helps in development; a production log has one line for each kind.
    const frames = environmentVariable('NODE_ENV') === 'development' ? stackFrames(error.cause) : '';
    console.warn(`gatekeeper-flags: ${error.code}: ${error.message}${cause}${frames}`);
  };
}

const MAX_LINES = 1_000;

/** The name and the message of a thrown value as one line. The value can be of any type. */
export function errorSummary(thrown: unknown): string {
  const [name, message] = [stringField(thrown, 'name'), stringField(thrown, 'message')];
  if (message === undefined) return typeof thrown === 'string' ? sanitize(thrown, MAX_MESSAGE_LENGTH) : kindOf(thrown);
  const [firstLine = ''] = message.split('\n', 1);
  return sanitize(name === undefined || name === '' ? firstLine : `${name}: ${firstLine}`, MAX_MESSAGE_LENGTH);
}

/** The stack of a thrown value without its message: a line break and a line for each call. */
function stackFrames(thrown: unknown): string {
  const frames = stringField(thrown, 'stack')?.slice(0, MAX_STACK_LENGTH).match(STACK_FRAME) ?? [];
  return frames
    .slice(0, MAX_FRAMES)
    .map((frame) => `\n    ${sanitize(frame.trim(), MAX_MESSAGE_LENGTH)}`)
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
