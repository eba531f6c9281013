import type { Subject } from '../subject.ts';

/**
 * A compiled expression. At the top of a rule `data` is the targeting key and `scope` the subject, so an evaluation creates no
 * object. Inside `map`, `reduce` and the other loops `data` is the item that `var` reads, and `scope` is the loop.
 */
export type Reader = (data: unknown, scope: Scope) => unknown;

export type Scope = Subject | LoopScope;

/** The surroundings of an expression inside a loop; each `../` of a path goes one step further out. */
export interface LoopScope {
  /** The list, or the list and the place in it. */
  readonly first: unknown;
  /** The item or context that `var` reads outside the loop. */
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

/** The scope at compile time: there is no context. */
export const NOWHERE: Subject = { attributes: Object.create(null) };

/** The scope of a `reduce`'s start value at compile time: the context is empty. */
export const EMPTY: Subject = { attributes: Object.create(null) };

/** Whether this is an evaluation, not constant folding at compile time. */
export function hasContext(scope: Scope): boolean {
  return scope !== NOWHERE && scope !== EMPTY;
}
