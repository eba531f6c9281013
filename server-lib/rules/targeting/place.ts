/** Where in a rule an expression stands, while it is compiled. */
export interface Place {
  readonly flagKey: string;
  /** Inside `map`, `some` and the like, where `var` sees an item. */
  readonly isInLoop: boolean;
  /** What all of the rule shares. */
  readonly rule: RuleInProgress;
}

/** What becomes known of a rule while it is compiled. */
export interface RuleInProgress {
  /** How many operations there are so far; one that two references share counts twice. */
  operations: number;
  /** Whether the work of an evaluation has to be counted: it depends on how long lists and strings are. */
  isMetered: boolean;
  /** Whether the targeting key can change what it comes to; where that cannot be told, it can. */
  looksAtUser: boolean;
}

export function newRule(): RuleInProgress {
  return { operations: 0, isMetered: false, looksAtUser: false };
}
