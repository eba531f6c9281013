import { GatekeeperError, isGatekeeperError } from '../core/errors.ts';
import { kindOf } from '../core/values.ts';
import { isJsonObject } from '../wire/untrusted-json.ts';
import type { RulesDocument } from './document/rules-document.ts';

/** The rules document that a source has at this moment. */
export interface RulesSnapshot {
  /** The document, parsed or as a string. */
  readonly document: unknown;
  /** Identifies the document: the same text always has the same revision. */
  readonly revision: string;
}

/** An event of a source. */
export type SourceEvent =
  /** `current()` now returns a different document. */
  | { readonly kind: 'changed' }
  /** The source could not get a newer document and keeps the one it has. Sent once for each failure, not for each attempt. */
  | { readonly kind: 'failed'; readonly error: GatekeeperError }
  /** After `failed`, the source works again, and its document is still the newest. A newer one sends `changed` instead. */
  | { readonly kind: 'recovered' };

/** The state of a source. */
export interface SourceHealth {
  /** The revision of `current()`; absent while there is none. */
  readonly revision?: string;
  /** Seconds since the source last confirmed that its document is the newest. */
  readonly age?: number;
  /** The message of the last error; absent as soon as an attempt succeeds. */
  readonly lastError?: string;
}

/**
 * A place that rules come from, and that keeps them up to date. None of its members throws or rejects: a source that is
 * down has no document yet, or keeps the last good one. Its timers and sockets do not keep the process alive.
 */
export interface RulesSource {
  /** Resolves with the first document, or when the first attempt to get one has failed. */
  readonly ready: Promise<void>;
  /** The last good document; `undefined` until there is one. Returns the same object until the document changes. */
  current(): RulesSnapshot | undefined;
  /**
   * Calls `listener` with the current failure, if there is one, and with each later event. Returns a function that removes
   * it.
   */
  onChange(listener: (event: SourceEvent) => void): () => void;
  health(): SourceHealth;
  close(): Promise<void>;
}

const parsedDocuments = new WeakMap<object, RulesDocument>();

/**
 * Calls `notify`; until it returns, {@link parsedDocumentOf} returns `parsed` for `snapshot`, so listeners need not parse
 * again.
 */
export function withParsedDocument(snapshot: RulesSnapshot, parsed: RulesDocument, notify: () => void): void {
  parsedDocuments.set(snapshot, parsed);
  notify();
  parsedDocuments.delete(snapshot); // it is as large as the document, and the listeners have used it
}

/** The parsed document of a snapshot if there is one, else `document`. */
export function parsedDocumentOf(snapshot: object, document: unknown): unknown {
  return parsedDocuments.get(snapshot) ?? document;
}

/**
 * Whether `rules` is a source. Throws for an object that has some of the methods but not all: as a document, it would be
 * refused for its flags instead.
 */
export function isRulesSource(rules: unknown): rules is RulesSource {
  if (typeof rules !== 'object' || rules === null) return false;
  const missing = SOURCE_METHODS.filter((method) => typeof (rules as Partial<RulesSource>)[method] !== 'function');
  if (missing.length === 0 || missing.length === SOURCE_METHODS.length) return missing.length === 0;
  const what = `rules: a source must have the methods ${SOURCE_METHODS.join(', ')}; this one lacks ${missing.join(', ')}`;
  throw new GatekeeperError('ERR_GK_OPTIONS', what);
}

const SOURCE_METHODS = ['current', 'onChange', 'health', 'close'] as const;

/** What was thrown while a document was read or compiled, as a `GatekeeperError`. */
export function toGatekeeperError(cause: unknown): GatekeeperError {
  if (isGatekeeperError(cause)) return cause;
  return new GatekeeperError('ERR_GK_RULES_SOURCE', 'The rules document cannot be read', { cause });
}

/** The `error` of an event; sources are not trusted to send well-formed events. */
export function errorOfEvent(event: SourceEvent | undefined): unknown {
  return (event as { readonly error?: unknown } | undefined)?.error;
}

/** The fields of a source's health that have the right type; the revision is not read. */
export function readHealth(health: unknown): SourceHealth {
  const { age, lastError }: { readonly age?: unknown; readonly lastError?: unknown } = isJsonObject(health)
    ? health
    : {};
  return {
    ...(typeof age === 'number' ? { age } : {}),
    ...(typeof lastError === 'string' ? { lastError } : lastError ? { lastError: 'the rules source has failed' } : {}),
  };
}

/** Throws if `snapshot` is not an object. */
export function validateSnapshot(snapshot: unknown): { readonly document?: unknown; readonly revision?: unknown } {
  if (isJsonObject(snapshot)) return snapshot;
  const what = `the rules source's current() must return { document, revision }; got ${kindOf(snapshot)}`;
  throw new GatekeeperError('ERR_GK_RULES_SOURCE', what);
}

/** An application whose source is down starts with the defaults in code after this time. */
export const READY_TIMEOUT_MS = 2_000;
