import { firstSteps, inSlices, type Steps } from './in-slices.ts';

/** A document that is to be compiled, and what to do then. */
export interface Compilation<Result> {
  /** Begins to compile; the steps may throw. */
  begin(): Steps<Result>;
  done(result: Result): void;
  failed(cause: unknown): void;
}

/** Compiles one document at a time; of those that come meanwhile the newest is next, and the others are left out. */
export class CompileQueue<Result> {
  #next: Compilation<Result> | undefined;
  #compiling: Promise<void> | undefined;
  #isClosed = false;

  /** A document that takes at most `stepsAtOnce` steps is compiled when this returns, if none is being compiled. */
  add(compilation: Compilation<Result>, stepsAtOnce: number): void {
    if (this.#compiling !== undefined) this.#next = compilation;
    else this.#begin(compilation, stepsAtOnce);
  }

  /** Resolves when nothing is left to compile. */
  async idle(): Promise<void> {
    while (this.#compiling !== undefined) await this.#compiling;
  }

  /** What is being compiled is left where it is. */
  close(): void {
    this.#isClosed = true;
    this.#next = undefined;
  }

  #begin(compilation: Compilation<Result>, stepsAtOnce: number): void {
    try {
      const steps = compilation.begin();
      const first = firstSteps(steps, stepsAtOnce);
      if (first === undefined) this.#compiling = this.#goOn(compilation, steps);
      else compilation.done(first.result);
    } catch (cause) {
      compilation.failed(cause);
    }
  }

  async #goOn(compilation: Compilation<Result>, steps: Steps<Result>): Promise<void> {
    try {
      const result = await inSlices(steps, () => this.#isClosed);
      if (result !== undefined) compilation.done(result);
    } catch (cause) {
      compilation.failed(cause);
    }
    const next = this.#next;
    this.#next = undefined;
    this.#compiling = undefined;
    if (next !== undefined) this.#begin(next, 1);
  }
}
