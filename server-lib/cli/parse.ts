import { parseArgs } from 'node:util';
import type { Command, Invocation } from './command.ts';
import { CommandError, EXIT } from './exit-code.ts';
import { plain } from './paint.ts';

export type Parsed =
  | { readonly kind: 'help'; readonly command: Command | undefined }
  | { readonly kind: 'version' }
  | ({ readonly kind: 'run'; readonly command: Command } & Pick<Invocation, 'words' | 'options'>);

/** Understands what was typed; throws a {@link CommandError} that says what is wrong and where to read on. */
export function parse(argv: readonly string[], commands: readonly Command[]): Parsed {
  const [name, ...rest] = argv.filter((word) => word !== '--json');
  if (name === undefined || name === '--help' || name === '-h') return { kind: 'help', command: undefined };
  if (name === '--version') return { kind: 'version' };
  if (name === 'help') return { kind: 'help', command: commands.find((one) => one.name === rest[0]) };
  const command = commands.find((one) => one.name === name);
  if (command === undefined) {
    const names = commands.map((one) => one.name).join(', ');
    throw new CommandError(EXIT.usage, `"${plain(name)}" is not a command; there are ${names}`);
  }
  const { values, positionals } = understood(command, rest);
  if (values.help === true) return { kind: 'help', command };
  const needed = command.words.filter((word) => word.startsWith('<'));
  if (positionals.length < needed.length) throw mistake(command, `${needed[positionals.length]} is missing`);
  const extra = positionals[command.words.length];
  if (extra !== undefined) throw mistake(command, `"${plain(extra)}" is one word too many`);
  const options = Object.entries(values).flatMap(([option, value]) =>
    typeof value === 'boolean' || value === undefined ? [] : [[option, [value].flat().map(String)] as const],
  );
  return { kind: 'run', command, words: positionals, options: new Map(options) };
}

function understood(command: Command, args: string[]): ReturnType<typeof parseArgs> {
  const options = Object.entries(command.options).map(
    ([name, { isRepeatable = false }]) => [name, { type: 'string', multiple: isRepeatable }] as const,
  );
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { ...Object.fromEntries(options), help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw mistake(command, plain((error as Error).message.split('. ')[0] ?? ''));
  }
}

function mistake({ name }: Command, what: string): CommandError {
  return new CommandError(EXIT.usage, `${what}; see gatekeeper-flags ${name} --help`);
}
