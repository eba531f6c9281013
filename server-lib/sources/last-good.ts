import type { GatekeeperError } from '../core/gatekeeper-error.ts';
import { revisionOf } from '../rules/revision.ts';
import type { RulesSnapshot, SourceEvent, SourceHealth } from '../rules/rules-source.ts';

/** What is wrong with a document; `undefined` for a good one. */
export type Judge = (text: string) => GatekeeperError | undefined;

/** Holds the last good document, whatever comes after it. */
export class LastGood {
  readonly #judge: Judge;
  readonly #seconds: () => number;
  readonly #listeners: Set<(event: SourceEvent) => void> = new Set();
  readonly #said: Set<string> = new Set();
  #current: RulesSnapshot | undefined;
  #knownAt = 0;
  #failure: GatekeeperError | undefined;

  /** `seconds` is a clock that nobody sets: an age stays one when the computer's time jumps. */
  constructor(judge: Judge, seconds: () => number = () => performance.now() / 1000) {
    this.#judge = judge;
    this.#seconds = seconds;
  }

  /** The newest text there is: taken if it is good; else what is wrong with it. */
  take(text: string): GatekeeperError | undefined {
    const revision = revisionOf(text);
    const isNew = revision !== this.#current?.revision;
    const error = isNew ? this.#judge(text) : undefined;
    if (error !== undefined) return error;
    if (isNew) this.#current = { document: text, revision };
    this.confirm();
    if (isNew) this.#tell({ kind: 'changed' });
    return undefined;
  }

  /** The document is still the newest. */
  confirm(): void {
    this.#knownAt = this.#seconds();
    this.#failure = undefined;
    this.#said.clear();
  }

  /** A text that was good `age` seconds ago: better than none, and than nothing else. */
  restore(text: string, age: number): void {
    if (this.#current !== undefined || this.#judge(text) !== undefined) return;
    this.#current = { document: text, revision: revisionOf(text) };
    this.#knownAt = this.#seconds() - age;
    this.#tell({ kind: 'changed' });
  }

  /** Why there is nothing newer. Said once, also when it comes and goes with other failures before it goes well again. */
  fail(error: GatekeeperError): void {
    this.#failure = error;
    if (this.#said.has(error.message)) return;
    if (this.#said.size >= MOST_SAID) this.#said.clear();
    this.#said.add(error.message);
    this.#tell({ kind: 'failed', error });
  }

  current(): RulesSnapshot | undefined {
    return this.#current;
  }

  onChange(listener: (event: SourceEvent) => void): () => void {
    const own = (event: SourceEvent): void => listener(event); // the same function given twice is two listeners
    this.#listeners.add(own);
    // Whoever listens only now must learn it, too: an application may await something before it starts its gatekeeper.
    if (this.#failure !== undefined) tell(own, { kind: 'failed', error: this.#failure });
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

  #tell(event: SourceEvent): void {
    for (const listener of [...this.#listeners]) tell(listener, event);
  }
}

function tell(listener: (event: SourceEvent) => void, event: SourceEvent): void {
  try {
    listener(event);
  } catch {
    // A listener's mistake stops neither the others nor the watching.
  }
}

const MOST_SAID = 20; // messages of a file that is spoilt anew each time do not pile up
