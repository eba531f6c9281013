import type { Random } from './random.ts';

/** What is fuzzed: inputs are texts, so that any that fails can be printed, kept and cut down. */
export interface Target {
  generate(random: Random): string;
  /** What is wrong with what the product makes of `input`; throwing is wrong as well. */
  problem(input: string): string | undefined;
}

/** What is wrong with what `target` makes of `input`, or `undefined`. */
export function problemOf(target: Target, input: string): string | undefined {
  try {
    return target.problem(input);
  } catch (error) {
    return `threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  }
}
