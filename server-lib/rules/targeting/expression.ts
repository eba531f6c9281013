/**
 * The evaluation context without its targeting key, which is passed separately. The core's `EvaluationContext` and the public
 * one of `compileRules` are both passed as this.
 */
export interface TargetingContext {
  /** The attributes; only own fields are read, and only when a rule needs them. */
  readonly attributes: object;
  /** The time in seconds since 1970; now if it is absent. */
  readonly timestamp?: number | undefined;
}

/**
 * A compiled expression. Outside loops `data` is the targeting key and `scope` the context, so an evaluation creates no object.
 * Inside `map`, `reduce` and the other loops `data` is the item that `var` reads, and `scope` is the loop.
 */
export type Reader = (data: unknown, scope: Scope) => unknown;

export type Scope = TargetingContext | LoopScope;

/** What a path can read from inside a loop; each `../` goes one step further out. */
export interface LoopScope {
  /** The list, or the list and the current index. */
  readonly listScope: unknown;
  /** The item or context that `var` reads outside the loop. */
  readonly outerData: unknown;
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
export function toReader(compiled: Compiled): Reader {
  if (!(compiled instanceof Constant)) return compiled;
  const { value } = compiled;
  return () => value;
}

/** The error of an expression that cannot be evaluated. */
export class TargetingError extends Error {}

/** An expression whose evaluation throws `error`. */
export function throwing(error: unknown): Reader {
  return () => {
    throw error;
  };
}

/** The scope at compile time: there is no context. */
export const NO_CONTEXT: TargetingContext = { attributes: Object.create(null) };

/** The scope of a `reduce`'s start value at compile time: the context is empty. */
export const EMPTY_CONTEXT: TargetingContext = { attributes: Object.create(null) };

/** Whether this is an evaluation, not constant folding at compile time. */
export function hasContext(scope: Scope): boolean {
  return scope !== NO_CONTEXT && scope !== EMPTY_CONTEXT;
}

/** What an expression's compilation depends on besides the expression. */
export interface CompileContext {
  readonly flagKey: string;
  /** Whether it is inside `map`, `some` or another loop, where `var` reads an item. */
  readonly isInLoop: boolean;
  /** Shared by all expressions of the rule. */
  readonly analysis: RuleAnalysis;
}

/** What the compiler learns about a rule. */
export interface RuleAnalysis {
  /** The number of operations so far. An evaluator that is used twice counts twice. */
  operations: number;
  /** Whether an evaluation must count its steps, because they depend on the length of lists or strings. */
  isMetered: boolean;
  /** Whether the targeting key may change the result. */
  dependsOnUser: boolean;
}

export function newRuleAnalysis(): RuleAnalysis {
  return { operations: 0, isMetered: false, dependsOnUser: false };
}

/** The evaluation context as one object, for the few expressions that need all of it, such as `{ "var": "" }`. */
export function contextObject(
  targetingKey: unknown,
  targetingContext: TargetingContext,
  flagKey: string,
): object | undefined {
  if (targetingContext === NO_CONTEXT) return undefined;
  if (targetingContext === EMPTY_CONTEXT) return {};
  const context: Record<string | symbol, unknown> = {
    ...targetingContext.attributes,
    $flagd: flagdProperties(flagKey, targetingContext),
  };
  if (targetingKey === undefined) delete context.targetingKey;
  else context.targetingKey = targetingKey;
  Object.defineProperty(context, CONTEXT_OBJECT, { value: true });
  return context;
}

/** Whether `value` came from {@link contextObject}: inside loops, flagd's own operators accept no other data. */
export function isContextObject(value: unknown): value is { readonly targetingKey?: unknown } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, CONTEXT_OBJECT);
}

const CONTEXT_OBJECT: unique symbol = Symbol('the whole evaluation context');

export function flagdProperties(flagKey: string, context: TargetingContext): object {
  return { flagKey, timestamp: timestampOf(context) };
}

/** The time of an evaluation in seconds since 1970. */
export function timestampOf(context: TargetingContext): number {
  return context.timestamp ?? Math.floor(Date.now() / 1_000);
}

/**
 * One run of `map`, `some` or another loop. Each `../` in a path goes one step further out: to the list, then to the item or
 * context around the loop, then to the list of the outer loop.
 */
export class Loop implements LoopScope {
  readonly #list: unknown;
  readonly #outerData: unknown;
  readonly #outerScope: Scope;
  readonly #flagKey: string;
  #context: object | undefined;
  /** The item's index, for `../index`; only `map` and `filter` have one. */
  itemIndex: number | undefined;

  constructor(list: unknown, outerData: unknown, outerScope: Scope, flagKey: string) {
    this.#list = list;
    this.#outerData = outerData;
    this.#outerScope = outerScope;
    this.#flagKey = flagKey;
    this.itemIndex = undefined;
  }

  get listScope(): unknown {
    return this.itemIndex === undefined ? this.#list : { iterator: this.#list, index: this.itemIndex };
  }

  get outerData(): unknown {
    if (this.#outerScope instanceof Loop) return this.#outerData;
    this.#context ??= contextObject(this.#outerData, this.#outerScope as TargetingContext, this.#flagKey);
    return this.#context;
  }

  get outer(): Loop | undefined {
    return this.#outerScope instanceof Loop ? this.#outerScope : undefined;
  }
}
