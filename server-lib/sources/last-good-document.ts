import { GatekeeperError } from '../core/errors.ts';
import { type RulesDocument, revisionOf } from '../rules/document/rules-document.ts';
import { type RulesSnapshot, type SourceEvent, type SourceHealth, withParsedDocument } from '../rules/rules-source.ts';

/** Reads a document. Resolves with the error if it is refused. */
export type ReadRules = (text: string) => Promise<RulesDocument | GatekeeperError>;

/** Keeps the last good document when later ones are missing or refused. */
export class LastGoodDocument {
  readonly #read: ReadRules;
  readonly #seconds: () => number;
  readonly #listeners: Set<(event: SourceEvent) => void> = new Set();
  readonly #reportedMessages: Set<string> = new Set();
  #current: RulesSnapshot | undefined;
  #refused: { readonly text: string; readonly error: GatekeeperError } | undefined;
  #confirmedAt = 0;
  #failure: GatekeeperError | undefined;
  #isClosed = false;

  /** `seconds` is a monotonic clock, so that the age stays right when the computer's time changes. */
  constructor(read: ReadRules, seconds: () => number = () => performance.now() / 1000) {
    this.#read = read;
    this.#seconds = seconds;
  }

  /**
   * Stores the newest text if it is a good document; else returns the error. The last good text and the last refused one are
   * not read again. Texts are compared, not their revisions.
   */
  async update(text: string): Promise<GatekeeperError | undefined> {
    if (text !== this.#current?.document) {
      if (text === this.#refused?.text) return this.#refused.error;
      const document = await this.#read(text);
      if (this.#isClosed) return undefined;
      if (document instanceof GatekeeperError) {
        this.#refused = { text, error: document };
        return document;
      }
      this.#store(text, document, 0);
    }
    this.markFresh();
    return undefined;
  }

  /** Records that the document is still the newest. Sends a `recovered` event after a failure. */
  markFresh(): void {
    const hasFailed = this.#failure !== undefined;
    this.#confirm();
    if (hasFailed && !this.#isClosed) this.#emit({ kind: 'recovered' });
  }

  #confirm(): void {
    this.#confirmedAt = this.#seconds();
    this.#failure = undefined;
    this.#reportedMessages.clear();
  }

  /** Stores text that was good `age` seconds ago, unless there is a document already. */
  async restore(text: string, age: number): Promise<void> {
    if (this.#current !== undefined) return;
    const document = await this.#read(text);
    if (this.#current !== undefined || this.#isClosed || document instanceof GatekeeperError) return;
    this.#store(text, document, age);
  }

  /** After this, the document does not change and no events are sent. */
  close(): void {
    this.#isClosed = true;
    this.#refused = undefined;
  }

  /** Sends a `failed` event, once for each message until the next success. */
  reportFailure(error: GatekeeperError): void {
    if (this.#isClosed) return;
    this.#failure = error;
    if (this.#reportedMessages.has(error.message)) return;
    if (this.#reportedMessages.size >= MAX_REPORTED) this.#reportedMessages.clear();
    this.#reportedMessages.add(error.message);
    this.#emit({ kind: 'failed', error });
  }

  current(): RulesSnapshot | undefined {
    return this.#current;
  }

  onChange(listener: (event: SourceEvent) => void): () => void {
    const own = (event: SourceEvent): void => listener(event); // the same function added twice is two listeners
    this.#listeners.add(own);
    // A listener that is added later gets it too: an application may await something before it creates its keeper.
    if (this.#failure !== undefined) notify(own, { kind: 'failed', error: this.#failure });
    return () => {
      this.#listeners.delete(own);
    };
  }

  health(): SourceHealth {
    const current = this.#current;
    return {
      ...(current !== undefined && { revision: current.revision, age: this.#seconds() - this.#confirmedAt }),
      ...(this.#failure !== undefined && { lastError: this.#failure.message }),
    };
  }

  #store(text: string, document: RulesDocument, age: number): void {
    const snapshot = { document: text, revision: revisionOf(text) };
    this.#current = snapshot;
    this.#refused = undefined;
    this.#confirmedAt = this.#seconds() - age;
    if (age === 0) this.#confirm();
    withParsedDocument(snapshot, document, () => this.#emit({ kind: 'changed' }));
  }

  #emit(event: SourceEvent): void {
    for (const listener of [...this.#listeners]) notify(listener, event);
  }
}

function notify(listener: (event: SourceEvent) => void, event: SourceEvent): void {
  try {
    listener(event);
  } catch {
    // An error in a listener affects neither the other listeners nor the polling.
  }
}

const MAX_REPORTED = 20; // limits the memory for a file that is invalid in a new way each time
