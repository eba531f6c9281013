import { GatekeeperError } from '../core/errors.ts';
import { type RulesDocument, revisionOf } from '../rules/document/rules-document.ts';
import { type RulesSnapshot, type SourceEvent, type SourceHealth, withParsedDocument } from '../rules/rules-source.ts';

/** Reads a document: what it says, or why it is refused. */
export type ReadRules = (text: string) => Promise<RulesDocument | GatekeeperError>;

/** Holds the last good document, whatever comes after it. */
export class LastGoodDocument {
  readonly #read: ReadRules;
  readonly #seconds: () => number;
  readonly #listeners: Set<(event: SourceEvent) => void> = new Set();
  readonly #said: Set<string> = new Set();
  #current: RulesSnapshot | undefined;
  #refused: { readonly text: string; readonly error: GatekeeperError } | undefined;
  #knownAt = 0;
  #failure: GatekeeperError | undefined;
  #isClosed = false;

  /** `seconds` is a clock that nobody sets: an age stays one when the computer's time jumps. */
  constructor(read: ReadRules, seconds: () => number = () => performance.now() / 1000) {
    this.#read = read;
    this.#seconds = seconds;
  }

  /**
   * The newest text there is: taken if it is good; else what is wrong with it. Texts are compared, not their revisions,
   * and one that was read already, the last good or the last refused, is not read again.
   */
  async update(text: string): Promise<GatekeeperError | undefined> {
    if (text !== this.#current?.document) {
      if (text === this.#refused?.text) return this.#refused.error;
      const reading = await this.#read(text);
      if (this.#isClosed) return undefined;
      if (reading instanceof GatekeeperError) {
        this.#refused = { text, error: reading };
        return reading;
      }
      this.#put(text, reading, 0);
    }
    this.markFresh();
    return undefined;
  }

  /** The document is still the newest. */
  markFresh(): void {
    this.#knownAt = this.#seconds();
    this.#failure = undefined;
    this.#said.clear();
  }

  /** A text that was good `age` seconds ago: better than none, and than nothing else. */
  async restore(text: string, age: number): Promise<void> {
    if (this.#current !== undefined) return;
    const reading = await this.#read(text);
    if (this.#current !== undefined || this.#isClosed || reading instanceof GatekeeperError) return;
    this.#put(text, reading, age);
  }

  /** From now on nothing changes, and nobody is told of anything. */
  close(): void {
    this.#isClosed = true;
    this.#refused = undefined;
  }

  /** Why there is nothing newer. Said once, also when it comes and goes with other failures before it goes well again. */
  reportFailure(error: GatekeeperError): void {
    if (this.#isClosed) return;
    this.#failure = error;
    if (this.#said.has(error.message)) return;
    if (this.#said.size >= MAX_REPORTED) this.#said.clear();
    this.#said.add(error.message);
    this.#tell({ kind: 'failed', error });
  }

  current(): RulesSnapshot | undefined {
    return this.#current;
  }

  onChange(listener: (event: SourceEvent) => void): () => void {
    const own = (event: SourceEvent): void => listener(event); // the same function given twice is two listeners
    this.#listeners.add(own);
    // A listener that comes later hears it, too: an application may await something before it starts its gatekeeper.
    if (this.#failure !== undefined) notify(own, { kind: 'failed', error: this.#failure });
    return () => {
      this.#listeners.delete(own);
    };
  }

  health(): SourceHealth {
    const current = this.#current;
    return {
      ...(current !== undefined && { revision: current.revision, age: this.#seconds() - this.#knownAt }),
      ...(this.#failure !== undefined && { lastError: this.#failure.message }),
    };
  }

  #put(text: string, reading: RulesDocument, age: number): void {
    const snapshot = { document: text, revision: revisionOf(text) };
    this.#current = snapshot;
    this.#refused = undefined;
    this.#knownAt = this.#seconds() - age;
    if (age === 0) this.markFresh();
    withParsedDocument(snapshot, reading, () => this.#tell({ kind: 'changed' }));
  }

  #tell(event: SourceEvent): void {
    for (const listener of [...this.#listeners]) notify(listener, event);
  }
}

function notify(listener: (event: SourceEvent) => void, event: SourceEvent): void {
  try {
    listener(event);
  } catch {
    // A listener's mistake stops neither the others nor the watching.
  }
}

const MAX_REPORTED = 20; // messages of a file that is spoilt anew each time do not pile up
