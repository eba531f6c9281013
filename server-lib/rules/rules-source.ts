import type { GatekeeperError } from '../core/gatekeeper-error.ts';

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
