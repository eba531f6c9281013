import type { ExitCode } from './exit-code.ts';
import type { Paint } from './paint.ts';

/** What a command has found out or done. */
export interface Outcome {
  readonly exitCode: ExitCode;
  /** For people. */
  readonly lines: readonly string[];
  /** For programs: what `--json` prints. */
  readonly json: object;
}

/** An option's name, with what follows it and what it is for. */
export interface Option {
  readonly value?: string;
  readonly help: string;
  readonly isRepeatable?: boolean;
}

/** What was typed after the command's name, and where. */
export interface Invocation {
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly paint: Paint;
}

export interface Command {
  readonly name: string;
  /** The words that it takes: `<needed>`, `[optional]`. */
  readonly words: readonly string[];
  readonly summary: string;
  /** More for `--help`, one paragraph a line. */
  readonly help: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  run(invocation: Invocation): Promise<Outcome>;
}

/** The last value given for an option. */
export function optionOf({ options }: Invocation, name: string): string | undefined {
  return options.get(name)?.at(-1);
}
