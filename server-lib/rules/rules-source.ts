import { GatekeeperError } from '../core/errors.ts';
import { kindOf } from '../core/values.ts';
import { isJsonObject } from '../wire/untrusted-json.ts';
import type { RulesDocument } from './document/rules-document.ts';

/** A rules document as a source has it at this moment. */
export interface RulesSnapshot {
  /** The document, parsed or as text. */
  readonly document: unknown;
  /** Tells this document from another: the same text always has the same revision. */
  readonly revision: string;
}

/** What happens to a source after it was opened. */
export type SourceEvent =
  /** `current()` answers with another document than before. */
  | { readonly kind: 'changed' }
  /** What the source had stays; this is why there is nothing newer. Said once for each failure, not for each attempt. */
  | { readonly kind: 'failed'; readonly error: GatekeeperError };

/** How a source is doing. */
export interface SourceHealth {
  /** The revision of `current()`; absent while there is none. */
  readonly revision?: string;
  /** Seconds since the source last knew its document to be the newest. */
  readonly age?: number;
  /** What stands in the way; absent from the moment that it goes well again. */
  readonly lastError?: string;
}

/**
 * Where rules come from and how they are kept fresh. Nothing here throws or rejects: a source that is down has no
 * document yet, or still has the last good one. Its timers and sockets do not keep the process alive.
 */
export interface RulesSource {
  /** Resolves at the first document, or when the first attempt to get one has failed. */
  readonly ready: Promise<void>;
  /** The last good document; `undefined` until there is one. The same object until it changes. */
  current(): RulesSnapshot | undefined;
  /** Calls `listener` with the failure that stands, if there is one, and at each event from now on; returns the way to stop it. */
  onChange(listener: (event: SourceEvent) => void): () => void;
  health(): SourceHealth;
  close(): Promise<void>;
}

const parsedDocuments = new WeakMap<object, RulesDocument>();

/** Calls `tell` while {@link parsedDocumentOf} gives what `snapshot` was read as, so that listeners need not read it again. */
export function withParsedDocument(snapshot: RulesSnapshot, parsed: RulesDocument, notify: () => void): void {
  parsedDocuments.set(snapshot, parsed);
  notify();
  parsedDocuments.delete(snapshot); // as large as the document: whoever wanted it has it
}

/** What the document of a snapshot was read as, if that is known, else the document. */
export function parsedDocumentOf(snapshot: object, document: unknown): unknown {
  return parsedDocuments.get(snapshot) ?? document;
}

/** Whether rules are a source. Throws for one that lacks a method: as a document it would be refused for its flags. */
export function isRulesSource(rules: unknown): rules is RulesSource {
  if (typeof rules !== 'object' || rules === null) return false;
  const lacking = SOURCE_METHODS.filter((method) => typeof (rules as Partial<RulesSource>)[method] !== 'function');
  if (lacking.length === 0 || lacking.length === SOURCE_METHODS.length) return lacking.length === 0;
  const what = `rules: a source must have the methods ${SOURCE_METHODS.join(', ')}; this one lacks ${lacking.join(', ')}`;
  throw new GatekeeperError('ERR_GK_OPTIONS', what);
}

const SOURCE_METHODS = ['current', 'onChange', 'health', 'close'] as const;

export function errorOfEvent(event: SourceEvent | undefined): unknown {
  return (event as { readonly error?: unknown } | undefined)?.error;
}

export function readHealth(health: unknown): SourceHealth {
  const { age, lastError }: { readonly age?: unknown; readonly lastError?: unknown } = isJsonObject(health)
    ? health
    : {};
  return {
    ...(typeof age === 'number' ? { age } : {}),
    ...(typeof lastError === 'string' ? { lastError } : lastError ? { lastError: 'the rules source has failed' } : {}),
  };
}

export function validateSnapshot(snapshot: unknown): { readonly document?: unknown; readonly revision?: unknown } {
  if (isJsonObject(snapshot)) return snapshot;
  const what = `the rules source's current() must return { document, revision }; got ${kindOf(snapshot)}`;
  throw new GatekeeperError('ERR_GK_RULES_SOURCE', what);
}
