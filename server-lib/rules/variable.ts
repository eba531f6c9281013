import type { Json } from './rules-document.ts';
import { Constant, LeftToEngine, type Translated } from './translated.ts';

/** The evaluation context's own value at a path of one or two names; deeper ones are left to the engine. */
export function variable(args: Json, flagKey: string): Translated {
  const [path, fallback = null] = Array.isArray(args) ? args : [args];
  if (typeof path !== 'string' || path === '' || NOT_PLAIN.test(path)) throw new LeftToEngine();
  if (typeof fallback === 'object' && fallback !== null) throw new LeftToEngine();
  const [name, field, ...deeper] = path.split('.') as [string, ...string[]];
  if (name === '$flagd') return ofFlagd(field, deeper, flagKey);
  if (deeper.length > 0 || (field !== undefined && Array.isArray(args) && args.length > 1)) throw new LeftToEngine();
  if (name === 'targetingKey') {
    if (field !== undefined) throw new LeftToEngine();
    return (targetingKey) => (targetingKey === undefined ? fallback : usable(targetingKey));
  }
  if (field === undefined) return (_key, { attributes }) => ownValue(attributes, name, fallback);
  return (_key, { attributes }) => {
    const outer = ownValue(attributes, name, null);
    // As the engine reads two steps: what is empty is the answer, not what it lacks.
    return outer ? usable((outer as never)[field]) : outer;
  };
}

// Escapes and steps upwards are the engine's business. Nothing of an object's own machinery is an attribute.
const NOT_PLAIN = /\\|\.\.\/|(?:^|\.)(?:__proto__|constructor|prototype)?(?:\.|$)/;

function ofFlagd(field: string | undefined, deeper: readonly string[], flagKey: string): Translated {
  if (deeper.length > 0) throw new LeftToEngine();
  if (field === 'flagKey') return new Constant(flagKey);
  if (field === 'timestamp') return () => Math.floor(Date.now() / 1_000);
  throw new LeftToEngine();
}

function ownValue(attributes: object, name: string, fallback: unknown): unknown {
  if (!Object.hasOwn(attributes, name)) return fallback;
  const value: unknown = (attributes as Record<string, unknown>)[name];
  if (value === undefined) return fallback;
  return typeof value === 'function' ? null : value;
}

function usable(value: unknown): unknown {
  return value === undefined || typeof value === 'function' ? null : value;
}
