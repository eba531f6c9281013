import type { Subject } from '../subject.ts';

/**
 * An expression made ready. At the top of a rule `data` is the targeting key and `scope` the subject, so that nothing has
 * to be built per evaluation; inside `map`, `reduce` and the like `data` is what `var` sees there, and `scope` the loop.
 */
export type Reader = (data: unknown, scope: Scope) => unknown;

export type Scope = Subject | LoopScope;

/** What is around an expression inside a loop; each `../` of a path goes one further. */
export interface LoopScope {
  /** The list, or the list and the place in it. */
  readonly first: unknown;
  /** What `var` sees around the loop. */
  readonly around: unknown;
  /** The loop around this one. */
  readonly outer: LoopScope | undefined;
}

/** An expression that has the same value in every scope. */
export class Constant {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

export type Compiled = Constant | Reader;

/** `compiled` as a function, constant or not. */
export function reader(compiled: Compiled): Reader {
  if (!(compiled instanceof Constant)) return compiled;
  const { value } = compiled;
  return () => value;
}

/** Why an expression has no value. */
export class TargetingError extends Error {}

/** An expression that has no value, because of `error`. */
export function failing(error: unknown): Reader {
  return () => {
    throw error;
  };
}

/** The scope of what is worked out beforehand: there is no context. */
export const NOWHERE: Subject = { attributes: Object.create(null) };

/** The scope of where a `reduce` starts, worked out beforehand: the context is empty. */
export const EMPTY: Subject = { attributes: Object.create(null) };

/** Whether somebody is evaluated for, not something worked out beforehand. */
export function isForSomebody(scope: Scope): boolean {
  return scope !== NOWHERE && scope !== EMPTY;
}
