import type { Random } from './random.ts';

/** A tested reader. Inputs are strings, so that a failing one can be printed, kept and reduced. */
export interface Target {
  generate(random: Random): string;
  /** The problem with the result for `input`, or `undefined`. An exception is a problem, too. */
  problem(input: string): string | undefined;
}

/** The problem with the result of `target` for `input`, or `undefined`. */
export function problemOf(target: Target, input: string): string | undefined {
  try {
    return target.problem(input);
  } catch (error) {
    return `threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  }
}
