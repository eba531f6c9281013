import { nodeCrypto } from '../../core/node-crypto.ts';
import type { Json } from '../../wire/untrusted-json.ts';
import type { JsonPath } from './json-position.ts';

/** One flag of a document: flagd's flag definition, with its references resolved. */
export interface RuleDefinition {
  readonly state: 'ENABLED' | 'DISABLED';
  readonly variants: ReadonlyMap<string, Json>;
  /** The variant if targeting selects none; `undefined`: the code decides. */
  readonly defaultVariant: string | undefined;
  /** `undefined`: every user gets the default variant. */
  readonly targeting: Json | undefined;
  /** The document's metadata merged with the flag's own, which has precedence; `undefined` if there is none. */
  readonly metadata: Readonly<Record<string, Json>> | undefined;
  /** Why this flag's rule cannot be used; the other flags' rules can. */
  readonly fault: RuleFault | undefined;
}

/** Why one flag's rule, or one evaluator, cannot be used. */
export interface RuleFault {
  readonly code: 'unreadable-flag' | 'unknown-operator' | 'dangling-reference';
  readonly what: string;
  /** Where in the document. */
  readonly path: JsonPath;
}

/** A rules document after it was read. */
export interface RulesDocument {
  /** Every flag in the document, including those that cannot be used. */
  readonly flags: ReadonlyMap<string, RuleDefinition>;
  /** The evaluators that cannot be used, by name. */
  readonly evaluatorFaults: ReadonlyMap<string, RuleFault>;
  /** Identifies the document: a hash of its text. */
  readonly revision: string;
}

/**
 * The revision of a document: the same in every process, in the log in Redis and in `health()`. SHA-1, because it is the
 * only hash in Redis' Lua (`redis.sha1hex`). It only names a document; to find out whether two are equal, compare their
 * texts.
 */
export function revisionOf(text: string): string {
  return nodeCrypto().createHash('sha1').update(text).digest('hex');
}

/** The first 12 characters of a revision, for logs and the command line. */
export function shortRevision(revision: string): string {
  return revision.slice(0, SHORT_REVISION_LENGTH);
}

const SHORT_REVISION_LENGTH = 12;
