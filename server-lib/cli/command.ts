import type { ExitCode } from './exit.ts';
import { type Colors, formatTable } from './terminal.ts';

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
  readonly positionals: readonly string[];
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly colors: Colors;
}

export interface Command {
  readonly name: string;
  /** The words that it takes: `<needed>`, `[optional]`. */
  readonly positionals: readonly string[];
  readonly summary: string;
  /** More for `--help`, one paragraph a line. */
  readonly help: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  run(invocation: Invocation): Promise<Outcome>;
}

/** Whether an option was given. */
export function hasOption({ options }: Invocation, name: string): boolean {
  return options.has(name);
}

/** The last value given for an option. */
export function optionValue({ options }: Invocation, name: string): string | undefined {
  return options.get(name)?.at(-1);
}

/** What `--help` says of all commands. */
export function programHelp(commands: readonly Command[], { strong, quiet }: Colors): readonly string[] {
  return [
    `${strong('gatekeeper-flags')}: checks, publishes and explains rules documents, and opens the browser extension`,
    '',
    ...formatTable(
      commands.map(({ name, positionals, summary }) => [`  ${[name, ...positionals].join(' ')}`, summary]),
      [strong, String],
    ),
    '',
    '  --json     what was found out, as one JSON document on the standard output',
    '  --help     after a command: its options',
    '  --version  which version this is',
    '',
    ...EXIT_CODE_HELP.map(quiet),
  ];
}

/** What `--help` says of one command. */
export function commandHelp(
  { name, positionals, summary, help, options }: Command,
  { strong }: Colors,
): readonly string[] {
  const rows = Object.entries(options).map(([option, { value, help: what }]) => [
    `  --${option}${value === undefined ? '' : ` <${value}>`}`,
    what,
  ]);
  return [
    `${strong(['gatekeeper-flags', name, ...positionals].join(' '))}: ${summary}`,
    ...help.flatMap((paragraph) => ['', paragraph]),
    '',
    ...formatTable([...rows, ['  --json', 'the outcome as one JSON document']], [strong, String]),
  ];
}

const EXIT_CODE_HELP = [
  'Ends with 0 when all is well, 1 when rules are not good, 2 when the command was not understood,',
  '3 when a file or Redis cannot be reached, 4 when somebody else published in the meantime.',
];
