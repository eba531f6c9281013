import { GatekeeperError } from '../core/errors.ts';
import { quoted } from '../core/values.ts';
import { parseDocument } from '../rules/document/read-document.ts';
import { revisionOf } from '../rules/document/rules-document.ts';
import { validateRules } from './validate-rules.ts';

/** How to publish a rules document, in every store. */
export interface PublicationOptions {
  /**
   * Publish only if this is the current revision, or its first 6 or more characters; the empty string: only if there is no
   * document. Default: replace any document.
   */
  readonly expected?: string | undefined;
  /** The author, for the log. */
  readonly author?: string | undefined;
  /** The reason, for the log. */
  readonly message?: string | undefined;
  /** How many revisions stay in the log, from 1 to `Infinity`. */
  readonly keep?: number | undefined;
}

export type Published =
  /** The document is in the store, and the change was announced to every source. */
  | { readonly kind: 'published'; readonly revision: string }
  /** The same document was already in the store. */
  | { readonly kind: 'unchanged'; readonly revision: string }
  /** Another document was in the store than expected. `revision` is its revision; the empty string if there is no document. */
  | { readonly kind: 'rejected'; readonly revision: string };

/** One entry of the log. */
export interface LoggedRevision {
  readonly revision: string;
  /** ISO 8601. */
  readonly time: string;
  readonly author: string;
  readonly message: string;
  readonly document: string;
}

/** A document that servers will use, and its entry for the log. */
export interface Publication {
  readonly text: string;
  readonly revision: string;
  readonly author: string;
  readonly message: string;
  /** The first characters of the expected revision; `undefined` for any. */
  readonly expected: string | undefined;
  readonly keep: number | undefined;
}

/** Reads what the application passed to `publishRules`. Throws if it is not valid, or if servers would refuse the document. */
export function readPublication(document: string | object, options: PublicationOptions): Publication {
  validateStrings(options);
  validateKeep(options.keep);
  const text = typeof document === 'string' ? document : stringifyDocument(document);
  const error: GatekeeperError | undefined = validateRules(text);
  if (error !== undefined) throw error;
  const { author = '', message = '', expected, keep } = options;
  return { text, revision: revisionOf(text), author, message, expected, keep };
}

// `expected: null`, the result of a lookup that found nothing, must not replace an existing document.
function validateStrings(options: PublicationOptions): void {
  for (const name of ['expected', 'author', 'message'] as const) {
    const value: unknown = options[name];
    if (value === undefined || typeof value === 'string') continue;
    throw new GatekeeperError('ERR_GK_OPTIONS', `publishRules: ${name} must be a string; got ${quoted(value)}`);
  }
}

function validateKeep(keep: unknown): void {
  const isCount = Number.isSafeInteger(keep) && Number(keep) >= 1;
  if (keep === undefined || keep === Number.POSITIVE_INFINITY || isCount) return;
  const what = `keep must be a number of revisions, 1 or more, or Infinity; got ${quoted(keep)}`;
  throw new GatekeeperError('ERR_GK_OPTIONS', `publishRules: ${what}`);
}

/** A parsed document as JSON with line breaks. */
function stringifyDocument(document: unknown): string {
  return JSON.stringify(JSON.parse(parseDocument(document).text), undefined, 2);
}

/** Whether the current revision, the empty string for none, is the expected one. */
export function isExpected(current: string, expected: string | undefined): boolean {
  if (expected === undefined || expected === current) return true;
  return expected.length >= 6 && current.startsWith(expected);
}

/** Whether a log entry is about this revision. A log written by an earlier build has only the first twelve characters. */
export function hasRevision({ revision }: LoggedRevision, whole: string): boolean {
  return revision === whole || (revision.length === 12 && whole.startsWith(revision));
}

/** Which entries of a log to read. */
export interface LogRange {
  /** How many of the newest entries to leave out. Default: 0. */
  readonly offset?: number;
  /** Default: 20. */
  readonly limit?: number;
}

/** How many revisions of a log are read, unless the caller says how many. */
export const DEFAULT_LOG_LIMIT = 20;
