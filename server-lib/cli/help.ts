import type { Command } from './command.ts';
import { type Paint, table } from './paint.ts';

/** What `--help` says of all commands. */
export function helpOf(commands: readonly Command[], { strong, quiet }: Paint): readonly string[] {
  return [
    `${strong('gatekeeper-flags')}: checks, publishes and explains rules documents, and opens the browser extension`,
    '',
    ...table(
      commands.map(({ name, words, summary }) => [`  ${[name, ...words].join(' ')}`, summary]),
      [strong, String],
    ),
    '',
    '  --json     what was found out, as one JSON document on the standard output',
    '  --help     after a command: its options',
    '  --version  which version this is',
    '',
    ...EXIT_CODES.map(quiet),
  ];
}

/** What `--help` says of one command. */
export function helpOfCommand({ name, words, summary, help, options }: Command, { strong }: Paint): readonly string[] {
  const rows = Object.entries(options).map(([option, { value, help: what }]) => [
    `  --${option}${value === undefined ? '' : ` <${value}>`}`,
    what,
  ]);
  return [
    `${strong(['gatekeeper-flags', name, ...words].join(' '))}: ${summary}`,
    ...help.flatMap((paragraph) => ['', paragraph]),
    '',
    ...table([...rows, ['  --json', 'the outcome as one JSON document']], [strong, String]),
  ];
}

const EXIT_CODES = [
  'Ends with 0 when all is well, 1 when rules are not good, 2 when the command was not understood,',
  '3 when a file or Redis cannot be reached, 4 when somebody else published in the meantime.',
];
