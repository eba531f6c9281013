import type { Subject } from './subject.ts';

/** An expression made ready: what it is worth for somebody. */
export type Reader = (targetingKey: unknown, subject: Subject) => unknown;

/** An expression that is worth the same for everybody. */
export class Constant {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

export type Translated = Constant | Reader;

/** Thrown for an expression that is left to the engine. */
export class LeftToEngine extends Error {}

/** `translated` as a function, constant or not. */
export function reader(translated: Translated): Reader {
  if (!(translated instanceof Constant)) return translated;
  const { value } = translated;
  return () => value;
}

/** `read`, or what it is worth where all of its `parts` are constant: the engine works that out beforehand, too. */
export function folded(parts: readonly Translated[], read: Reader): Translated {
  const isConstant = parts.every((part) => part instanceof Constant);
  return isConstant ? new Constant(worked(() => read(undefined, NOBODY))) : read;
}

const NOBODY: Subject = { attributes: {} };

/**
 * `operation` on evaluated operands. Constant operands are worked out now; where that fails, the engine would fail on
 * every evaluation, so it is left to the engine.
 */
export function applied(operands: readonly Translated[], operation: (...values: unknown[]) => unknown): Translated {
  const [first, second] = operands;
  if (operands.every((operand) => operand instanceof Constant)) {
    const values = operands.map(({ value }) => value);
    return new Constant(worked(() => operation(...values)));
  }
  if (operands.length === 1) {
    const only = first as Reader;
    return (key, subject) => operation(only(key, subject));
  }
  if (operands.length > 2) {
    const readers = operands.map(reader);
    return (key, subject) => operation(...readers.map((read) => read(key, subject)));
  }
  if (second instanceof Constant) {
    const [read, { value }] = [first as Reader, second];
    return (key, subject) => operation(read(key, subject), value);
  }
  const [left, right] = [reader(first as Translated), second as Reader];
  return (key, subject) => operation(left(key, subject), right(key, subject));
}

function worked(work: () => unknown): unknown {
  try {
    return work();
  } catch {
    throw new LeftToEngine();
  }
}
