/** Work in steps. Other work can run between two steps. */
export type Steps<Result> = Generator<void, Result>;

/** The number of flags that are read or compiled in one step. */
export const FLAGS_PER_STEP = 50;

/** Runs all of `steps` synchronously. */
export function runToEnd<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * Runs `steps` for at most a few milliseconds at a time, with a turn of the event loop in between, so that a large
 * document does not delay requests. Resolves with `undefined` as soon as `isCancelled` returns true.
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

/** A document to compile, and the callbacks for its result. */
export interface Compilation<Result> {
  /** Starts the compilation; its steps may throw. */
  start(): Steps<Result>;
  done(result: Result): void;
  failed(cause: unknown): void;
}

/** Compiles one document at a time. Of the documents that arrive meanwhile only the newest is compiled. */
export class CompileQueue<Result> {
  #next: Compilation<Result> | undefined;
  #compiling: Promise<void> | undefined;
  #isClosed = false;

  /** If the queue is idle, runs the first `syncSteps` steps synchronously; a smaller document is compiled when this returns. */
  add(compilation: Compilation<Result>, syncSteps: number): void {
    if (this.#compiling !== undefined) this.#next = compilation;
    else this.#start(compilation, syncSteps);
  }

  /** Resolves when the queue is empty. */
  async idle(): Promise<void> {
    while (this.#compiling !== undefined) await this.#compiling;
  }

  /** Cancels the running compilation and empties the queue. */
  close(): void {
    this.#isClosed = true;
    this.#next = undefined;
  }

  #start(compilation: Compilation<Result>, syncSteps: number): void {
    try {
      const steps = compilation.start();
      const first = runFirstSteps(steps, syncSteps);
      if (first === undefined) this.#compiling = this.#finish(compilation, steps);
      else compilation.done(first.result);
    } catch (cause) {
      compilation.failed(cause);
    }
  }

  async #finish(compilation: Compilation<Result>, steps: Steps<Result>): Promise<void> {
    try {
      const result = await runInSlices(steps, () => this.#isClosed);
      if (result !== undefined) compilation.done(result);
    } catch (cause) {
      compilation.failed(cause);
    }
    const next = this.#next;
    this.#next = undefined;
    this.#compiling = undefined;
    if (next !== undefined) this.#start(next, 1);
  }
}

/** Runs at most `count` steps synchronously. Returns the result if those were all. */
function runFirstSteps<Result>(steps: Steps<Result>, count: number): { readonly result: Result } | undefined {
  for (let step = 0; step < count; step++) {
    const { done, value } = steps.next();
    if (done === true) return { result: value };
  }
  return undefined;
}
