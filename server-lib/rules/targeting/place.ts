/** Where in a rule an expression stands, while it is compiled. */
export interface Place {
  readonly flagKey: string;
  /** Inside `map`, `some` and the like, where `var` sees an item. */
  readonly isInLoop: boolean;
  /** Shared by all expressions of the rule. */
  readonly rule: RuleInProgress;
}

/** What the compiler learns about a rule. */
export interface RuleInProgress {
  /** The number of operations so far. An evaluator that is used twice counts twice. */
  operations: number;
  /** Whether an evaluation must count its steps, because they depend on the length of lists or strings. */
  isMetered: boolean;
  /** Whether the targeting key may change the result. */
  looksAtUser: boolean;
}

export function newRule(): RuleInProgress {
  return { operations: 0, isMetered: false, looksAtUser: false };
}
