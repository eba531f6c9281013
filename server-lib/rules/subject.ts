/** Whom a rule is evaluated for, besides the targeting key. */
export interface Subject {
  /** The other entries of the evaluation context; own fields only, read when a rule needs them. */
  readonly attributes: object;
}
