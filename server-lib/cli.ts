#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { type Command, commandHelp, type Outcome, programHelp } from './cli/command.ts';
import { browse } from './cli/commands/browse.ts';
import { check } from './cli/commands/check.ts';
import { completionOf } from './cli/commands/completion.ts';
import { conform } from './cli/commands/conform.ts';
import { explain } from './cli/commands/explain.ts';
import { extension } from './cli/commands/extension.ts';
import { impact } from './cli/commands/impact.ts';
import { list } from './cli/commands/list.ts';
import { log } from './cli/commands/log.ts';
import { push } from './cli/commands/push.ts';
import { rollback } from './cli/commands/rollback.ts';
import { unused } from './cli/commands/unused.ts';
import { CommandError, EXIT, exitOnce, type FinalOutput } from './cli/exit.ts';
import { parseArguments, wantsJson } from './cli/parse-arguments.ts';
import { type Colors, createColors, createProgressLine, wantsColors } from './cli/terminal.ts';
import { sanitize } from './wire/sanitize.ts';

const OTHERS: readonly Command[] = [
  check,
  push,
  log,
  rollback,
  explain,
  list,
  impact,
  unused,
  conform,
  extension,
  browse,
];
const COMMANDS: readonly Command[] = [...OTHERS, completionOf(OTHERS)];

const argv = process.argv.slice(2);
const isJson = wantsJson(argv);
const [outColors, errColors] = [process.stdout, process.stderr].map((stream) =>
  createColors(!isJson && wantsColors(stream, process.env)),
) as [Colors, Colors];
const output = exitOnce(() =>
  formatError(
    new CommandError(
      EXIT.refused,
      'The process exited before the command had finished; check whether a loaded module calls process.exit()',
    ),
  ),
);
try {
  output.print(formatOutcome(await runCommand(argv, outColors)));
} catch (error) {
  output.print(
    formatError(error instanceof CommandError ? error : new CommandError(EXIT.unreachable, sanitize(String(error)))),
  );
}

async function runCommand(args: readonly string[], colors: Colors): Promise<Outcome> {
  const parsed = parseArguments(args, COMMANDS);
  if (parsed.kind === 'run') {
    const { show, showIfSlow, showTime, clear } = createProgressLine(process.stderr);
    const [progress, progressIfSlow] = isJson ? [() => {}, () => {}] : [show, showIfSlow];
    if (!isJson && parsed.command.isEndedByUser === undefined) showTime(`${parsed.command.name}: running for`);
    return parsed.command.run({ ...parsed, environment: process.env, colors, progress, progressIfSlow }).finally(clear);
  }
  const lines =
    parsed.kind === 'version'
      ? [version()]
      : parsed.command === undefined
        ? programHelp(COMMANDS, colors)
        : commandHelp(parsed.command, colors);
  return { exitCode: EXIT.ok, lines, json: { ok: true, lines } };
}

function formatOutcome({ exitCode, lines, json, header }: Outcome): FinalOutput {
  if (isJson) return { exitCode, out: jsonText(json), err: '' };
  return {
    exitCode,
    out: lines.length === 0 ? '' : `${lines.join('\n')}\n`,
    err: header === undefined ? '' : `${errColors.quiet(sanitize(header))}\n`,
  };
}

function formatError({ message, exitCode, details }: CommandError): FinalOutput {
  if (isJson) return { exitCode, out: jsonText({ ok: false, exitCode, message, ...details }), err: '' };
  return { exitCode, out: '', err: `${errColors.bad('error')} ${message}\n` };
}

/** JSON without characters that control a terminal: `JSON.stringify` does not escape C1 controls and bidi marks. */
function jsonText(value: object): string {
  const text = JSON.stringify(value, undefined, 2);
  return `${text.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCharacter)}\n`;
}

function escapeCharacter(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

function version(): string {
  const manifest = new URL('../../package.json', import.meta.url); // from dist/server-lib
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}
