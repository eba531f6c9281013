/** Work that is done step by step; others can have their turn after each. */
export type Steps<Result> = Generator<void, Result>;

/** Runs `steps` to the end at once. */
export function runToEnd<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * Runs `steps` for at most a few milliseconds at a time, with a turn of the event loop in between, so that large work
 * holds no request up. Resolves with `undefined` where `isOver` says that nobody needs the result any more.
 */
export async function runInSlices<Result>(
  steps: Steps<Result>,
  isCancelled: () => boolean = () => false,
): Promise<Result | undefined> {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (isCancelled()) return undefined;
    const end = performance.now() + SLICE_MS;
    do {
      const { done, value } = steps.next();
      if (done === true) return value;
    } while (performance.now() < end);
  }
}

const SLICE_MS = 4;

/** Runs as many as `count` of the steps at once; gives back the result if that was all of them. */
function runFirstSteps<Result>(steps: Steps<Result>, count: number): { readonly result: Result } | undefined {
  for (let step = 0; step < count; step++) {
    const { done, value } = steps.next();
    if (done === true) return { result: value };
  }
  return undefined;
}

/** A document that is to be compiled, and what to do then. */
export interface Compilation<Result> {
  /** Begins to compile; the steps may throw. */
  start(): Steps<Result>;
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
      const steps = compilation.start();
      const first = runFirstSteps(steps, stepsAtOnce);
      if (first === undefined) this.#compiling = this.#goOn(compilation, steps);
      else compilation.done(first.result);
    } catch (cause) {
      compilation.failed(cause);
    }
  }

  async #goOn(compilation: Compilation<Result>, steps: Steps<Result>): Promise<void> {
    try {
      const result = await runInSlices(steps, () => this.#isClosed);
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
