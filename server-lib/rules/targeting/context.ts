import type { Subject } from '../subject.ts';
import { EMPTY, NOWHERE } from './expression.ts';

/** The evaluation context as one object, for the few expressions that want all of it: `{ "var": "" }`. */
export function contextObject(targetingKey: unknown, subject: Subject, flagKey: string): object | undefined {
  if (subject === NOWHERE) return undefined;
  if (subject === EMPTY) return {};
  const context: Record<string | symbol, unknown> = { ...subject.attributes, $flagd: flagdProperties(flagKey) };
  if (targetingKey === undefined) delete context.targetingKey;
  else context.targetingKey = targetingKey;
  Object.defineProperty(context, IS_CONTEXT, { value: true });
  return context;
}

/** Whether `value` came from {@link contextObject}: inside loops, flagd's own operators work on nothing else. */
export function isContextObject(value: unknown): value is { readonly targetingKey?: unknown } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, IS_CONTEXT);
}

const IS_CONTEXT: unique symbol = Symbol('the whole evaluation context');

export function flagdProperties(flagKey: string): object {
  return { flagKey, timestamp: timestamp() };
}

/** Seconds since 1970. */
export function timestamp(): number {
  return Math.floor(Date.now() / 1_000);
}
