import type { ExitCode } from './exit-code.ts';
import type { Paint } from './paint.ts';

/** What a command has found out or done. */
export interface Outcome {
  readonly exitCode: ExitCode;
  /** For people. */
  readonly lines: readonly string[];
  /** For programs: what `--json` prints. */
  readonly json: object;
  /** Which document was read, or where it was put: people read it first, on stderr. */
  readonly header?: string;
}

/** What an option is for. */
export interface Option {
  /** What follows it; an option that nothing follows is set or is not. */
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

/** Whether an option was given. */
export function isGiven({ options }: Invocation, name: string): boolean {
  return options.has(name);
}

/** The last value given for an option. */
export function optionOf({ options }: Invocation, name: string): string | undefined {
  return options.get(name)?.at(-1);
}
