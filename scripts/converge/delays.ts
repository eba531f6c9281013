/** A process has put a revision in force, at a time in milliseconds. */
export interface Taken {
  readonly process: number;
  readonly revision: string;
  readonly at: number;
}

/**
 * The delays of all processes and revisions, in ascending order: the milliseconds from the publishing of a revision until the
 * process had it or a later one. A revision that a process never reached is omitted.
 */
export function delaysOf(
  published: ReadonlyMap<string, number>,
  taken: readonly Taken[],
  processes: number,
): readonly number[] {
  const order = [...published.keys()];
  const delays = Array.from({ length: processes }, (_, process) => {
    const own = taken.filter((one) => one.process === process);
    const reached = own.map(({ revision, at }) => ({ upTo: order.indexOf(revision), at }));
    return [...published.values()].flatMap((time, number) => {
      const first = reached.find(({ upTo }) => upTo >= number);
      return first === undefined ? [] : [first.at - time];
    });
  });
  return delays.flat().sort((one, other) => one - other);
}
