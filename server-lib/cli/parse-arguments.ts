import { parseArgs } from 'node:util';
import { didYouMean } from '../core/values.ts';
import { sanitize } from '../wire/sanitize.ts';
import type { Command, Invocation } from './command.ts';
import { CommandError, EXIT } from './exit.ts';

export type ParsedArguments =
  | { readonly kind: 'help'; readonly command: Command | undefined }
  | { readonly kind: 'version' }
  | ({ readonly kind: 'run'; readonly command: Command } & Pick<Invocation, 'positionals' | 'options'>);

/** Whether `--json` is among the options; arguments after `--` are positional. */
export function wantsJson(argv: readonly string[]): boolean {
  return beforeDoubleDash(argv).includes('--json');
}

/** Parses the command line. Throws a {@link CommandError} that names the mistake and the help to read. */
export function parseArguments(argv: readonly string[], commands: readonly Command[]): ParsedArguments {
  const before = beforeDoubleDash(argv);
  const [name, ...rest] = [...before.filter((word) => word !== '--json'), ...argv.slice(before.length)];
  if (name === undefined || name === '--help' || name === '-h') return { kind: 'help', command: undefined };
  if (name === '--version') return { kind: 'version' };
  if (name === 'help' && rest[0] === undefined) return { kind: 'help', command: undefined };
  if (name === 'help') return { kind: 'help', command: commandNamed(rest[0] as string, commands) };
  const command = commandNamed(name, commands);
  const { values, positionals } = parseCommandArguments(command, rest);
  if (values.help === true) return { kind: 'help', command };
  const needed = command.positionals.filter((word) => word.startsWith('<'));
  const missing = needed.findIndex((_, at) => (positionals[at] ?? '') === '');
  if (missing !== -1) throw usageError(command, `${needed[missing]} is missing`);
  const last = command.positionals.at(-1);
  const nameAt = (at: number) => command.positionals[at] ?? (last?.includes('...') ? last : undefined);
  // An empty argument, from a shell variable that is not set, is not the same as none.
  const empty = positionals.findIndex((word, at) => word === '' && nameAt(at) !== undefined);
  if (empty !== -1) throw usageError(command, `${nameAt(empty)} is empty`);
  const extra = positionals.find((_, at) => nameAt(at) === undefined);
  if (extra !== undefined) throw usageError(command, `unexpected argument "${sanitize(extra)}"`);
  const options = Object.entries(values).flatMap(([option, value]) =>
    value === undefined || value === false ? [] : [[option, value === true ? [] : [value].flat().map(String)] as const],
  );
  return { kind: 'run', command, positionals, options: new Map(options) };
}

function beforeDoubleDash(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}

function commandNamed(name: string, commands: readonly Command[]): Command {
  const names = commands.map((one) => one.name);
  const command = commands.find((one) => one.name === name);
  if (command !== undefined) return command;
  const near = didYouMean(name, names);
  const expected = `the command must be one of ${names.join(', ')}`;
  throw new CommandError(EXIT.usage, `${expected}; got "${sanitize(name)}"${near}`);
}

function parseCommandArguments(command: Command, args: string[]): ReturnType<typeof parseArgs> {
  const options = Object.entries(command.options).map(
    ([name, { value, isRepeatable = false }]) =>
      [name, { type: value === undefined ? 'boolean' : 'string', multiple: isRepeatable }] as const,
  );
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { ...Object.fromEntries(options), json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    const [what = ''] = (error as Error).message.split(/\. |\.?\n/);
    const unknown = /^Unknown option '--([^']*)'/.exec((error as Error).message)?.[1];
    const near =
      unknown === undefined
        ? ''
        : didYouMean(
            `--${unknown}`,
            [...Object.keys(command.options), 'json', 'help'].map((name) => `--${name}`),
          );
    throw usageError(command, `${sanitize(what)}${near}`);
  }
}

function usageError({ name }: Command, what: string): CommandError {
  const see = what.endsWith('?') ? ' See' : '; see';
  return new CommandError(EXIT.usage, `${what}${see} gatekeeper-flags ${name} --help`);
}
