import { sanitize } from '../wire/sanitize.ts';
import { kindOf } from './gatekeeper-error.ts';

/** The name and the message of what was thrown, as one line: anything can be thrown. */
export function summaryOf(thrown: unknown): string {
  const [name, message] = [textIn(thrown, 'name'), textIn(thrown, 'message')];
  if (message === undefined) return typeof thrown === 'string' ? sanitize(thrown, MOST_MESSAGE) : kindOf(thrown);
  const [firstLine = ''] = message.split('\n', 1);
  return sanitize(name === undefined || name === '' ? firstLine : `${name}: ${firstLine}`, MOST_MESSAGE);
}

/** The stack of what was thrown, without its message: one line for each call, each after a line break. */
export function callsOf(thrown: unknown): string {
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
