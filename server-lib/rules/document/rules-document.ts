import { createHash } from 'node:crypto';
import type { JsonPath } from './json-position.ts';

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
  /** The document's metadata and the flag's own, which has precedence; `undefined` where there is none. */
  readonly metadata: Readonly<Record<string, Json>> | undefined;
  /** Why this flag's rule cannot be used; the other flags' rules can. */
  readonly fault: RuleFault | undefined;
}

/** What makes one flag's rule, or one evaluator, unusable. */
export interface RuleFault {
  readonly code: 'unreadable-flag' | 'unknown-operator' | 'dangling-reference';
  readonly what: string;
  /** Where in the document. */
  readonly path: JsonPath;
}

/** A rules document that was read. */
export interface RulesDocument {
  /** Every flag that the document names, those that cannot be used too. */
  readonly flags: ReadonlyMap<string, RuleDefinition>;
  /** Why evaluators cannot be used, by their names. */
  readonly evaluatorFaults: ReadonlyMap<string, RuleFault>;
  /** Tells one document from another: a hash of its text. */
  readonly revision: string;
}

/**
 * The same text, the same revision: in every process, in the log in Redis and in `health()`. SHA-1 because Redis' Lua
 * has that and no other (`redis.sha1hex`). It names a document; whether two documents are the same is for their texts to
 * say.
 */
export function revisionOf(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** The first characters of a revision, for people: in a log, on a command line. */
export function shortRevision(revision: string): string {
  return revision.slice(0, SHORT_REVISION_LENGTH);
}

const SHORT_REVISION_LENGTH = 12;
