/** A value that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a document says of one flag: flagd's flag definition, with its references resolved. */
export interface RuleDefinition {
  readonly state: 'ENABLED' | 'DISABLED';
  readonly variants: ReadonlyMap<string, Json>;
  /** `undefined`: where targeting chooses none, the code decides. */
  readonly defaultVariant: string | undefined;
  /** `undefined`: everybody gets the default variant. */
  readonly targeting: Json | undefined;
  /** Why this flag's targeting cannot be used, although the document is valid. */
  readonly fault: TargetingFault | undefined;
}

/** What makes one flag's targeting unusable. */
export interface TargetingFault {
  readonly code: 'unknown-operator' | 'dangling-reference';
  readonly what: string;
}

/** A valid rules document. */
export interface RulesDocument {
  readonly flags: ReadonlyMap<string, RuleDefinition>;
  /** The evaluators, with why one cannot be used. */
  readonly evaluatorFaults: ReadonlyMap<string, TargetingFault | undefined>;
  /** Tells one document from another: a hash of its text. */
  readonly revision: string;
}
