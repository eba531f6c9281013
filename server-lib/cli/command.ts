import type { ExitCode } from './exit.ts';
import { type Colors, formatTable } from './terminal.ts';

/** The result of a command. */
export interface Outcome {
  readonly exitCode: ExitCode;
  /** The output for a terminal. */
  readonly lines: readonly string[];
  /** The output with `--json`. */
  readonly json: object;
  /** Which document was read or written; printed first, on stderr. */
  readonly header?: string;
}

/** An option of a command. */
export interface Option {
  /** The name of its value; absent for a boolean option. */
  readonly value?: string;
  readonly help: string;
  readonly isRepeatable?: boolean;
}

/** The arguments of a command and its environment. */
export interface Invocation {
  readonly positionals: readonly string[];
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly colors: Colors;
  /** Shows how far a long command is: a line that changes on a terminal, elsewhere a line for each new step. */
  readonly progress: (step: string, detail: string) => void;
  /** The same for a command that is short as a rule: only on a terminal, and only after a second. */
  readonly progressIfSlow: (step: string, detail: string) => void;
}

export interface Command {
  readonly name: string;
  /** The names of its positional arguments: `<required>`, `[optional]`, at the end `[several...]`. */
  readonly positionals: readonly string[];
  readonly summary: string;
  /** More text for `--help`, one paragraph in each string. */
  readonly help: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  /** For `--help`: the arguments after the program's name, and what they do. */
  readonly examples: readonly (readonly [args: string, what: string])[];
  /** Whether the command runs until the user ends it, so that its time is no progress. */
  readonly isEndedByUser?: true;
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

/** The `--help` of the program. */
export function programHelp(commands: readonly Command[], { strong, quiet }: Colors): readonly string[] {
  return [
    `${strong('gatekeeper-flags')}: checks, publishes and explains rules documents, finds unused flags, checks back ends, and opens the browser extension`,
    '',
    ...formatTable(
      commands.map(({ name, positionals, summary }) => [`  ${[name, ...positionals].join(' ')}`, summary]),
      [strong, String],
    ),
    '',
    '  --json     prints the result as one JSON document on standard output',
    '  --help     after a command: shows its options, examples and exit codes',
    '  --version  shows the version',
    '',
    ...EXIT_CODE_HELP.map(quiet),
  ];
}

const EXIT_CODE_HELP = [
  'Exit codes: 0 on success, 1 for mistakes in the rules, the flags or the back end, 2 for an invalid command line,',
  '3 if a file, a store or the back end is unreachable, 4 if another user has published in the meantime.',
];

/** The `--help` of one command, in the sections of a manual page. */
export function commandHelp(command: Command, { strong }: Colors): readonly string[] {
  const { name, positionals, summary, help, examples } = command;
  const section = (title: string, lines: readonly string[]): readonly string[] => ['', strong(title), ...lines];
  return [
    `${strong(['gatekeeper-flags', name, ...positionals].join(' '))}: ${summary}`,
    ...section(
      'DESCRIPTION',
      help.flatMap((paragraph, at) => [...(at === 0 ? [] : ['']), ...wrap(paragraph, '  ')]),
    ),
    ...section(
      'OPTIONS',
      optionsOf(command).flatMap(([option, what]) => [`  ${strong(option)}`, ...wrap(what, '      ')]),
    ),
    ...section(
      'EXAMPLES',
      examples.flatMap(([args, what]) => [`  ${strong(`gatekeeper-flags ${args}`)}`, ...wrap(what, '      ')]),
    ),
    ...section('EXIT CODES', wrap(EXIT_CODE_HELP.join(' ').replace('Exit codes: ', ''), '  ')),
  ];
}

/** The options of a command as they are written, with their help. */
function optionsOf({ options }: Command): readonly (readonly [option: string, help: string])[] {
  const own = Object.entries(options).map(
    ([name, { value, help }]) => [`--${name}${value === undefined ? '' : ` <${value}>`}`, help] as const,
  );
  return [...own, ['--json', JSON_HELP], ['--help', 'shows this help']];
}

export const JSON_HELP = 'prints the result as one JSON document';

/** Breaks a paragraph into lines of at most a hundred characters. */
function wrap(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line !== indent && line.length + 1 + word.length > MAX_LINE) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line];
}

const MAX_LINE = 100;
