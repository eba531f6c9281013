/** Work that is done step by step; others can have their turn after each. */
export type Steps<Result> = Generator<void, Result>;

/** Runs `steps` to the end at once. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * Runs `steps` for at most a few milliseconds at a time, with a turn of the event loop in between, so that large work
 * holds no request up. Resolves with `undefined` where `isOver` says that nobody needs the result any more.
 */
export async function inSlices<Result>(
  steps: Steps<Result>,
  isOver: () => boolean = () => false,
): Promise<Result | undefined> {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (isOver()) return undefined;
    const end = performance.now() + SLICE;
    do {
      const { done, value } = steps.next();
      if (done === true) return value;
    } while (performance.now() < end);
  }
}

const SLICE = 4;

/** Runs as many as `count` of the steps at once; gives back the result if that was all of them. */
export function firstSteps<Result>(steps: Steps<Result>, count: number): { readonly result: Result } | undefined {
  for (let step = 0; step < count; step++) {
    const { done, value } = steps.next();
    if (done === true) return { result: value };
  }
  return undefined;
}
