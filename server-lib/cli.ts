#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { browse } from './cli/browse.ts';
import { check } from './cli/check.ts';
import type { Command, Outcome } from './cli/command.ts';
import { type LastWords, oneEnding } from './cli/ending.ts';
import { CommandError, EXIT } from './cli/exit-code.ts';
import { explain } from './cli/explain.ts';
import { extension } from './cli/extension.ts';
import { helpOf, helpOfCommand } from './cli/help.ts';
import { list } from './cli/list.ts';
import { log } from './cli/log.ts';
import { type Paint, paint, wantsColours } from './cli/paint.ts';
import { parse, wantsJson } from './cli/parse.ts';
import { push } from './cli/push.ts';
import { rollback } from './cli/rollback.ts';
import { sanitize } from './wire/sanitize.ts';

const COMMANDS: readonly Command[] = [check, push, log, rollback, explain, list, extension, browse];

const argv = process.argv.slice(2);
const isJson = wantsJson(argv);
const [onOut, onErr] = [process.stdout, process.stderr].map((stream) =>
  paint(!isJson && wantsColours(stream, process.env)),
) as [Paint, Paint];
const ending = oneEnding(() =>
  failure(
    new CommandError(
      EXIT.refused,
      'The program was ended before it had an answer; does a module that it loaded call process.exit()?',
    ),
  ),
);
try {
  ending.say(answer(await outcomeOf(argv, onOut)));
} catch (error) {
  ending.say(
    failure(error instanceof CommandError ? error : new CommandError(EXIT.unreachable, sanitize(String(error)))),
  );
}

async function outcomeOf(words: readonly string[], colours: Paint): Promise<Outcome> {
  const parsed = parse(words, COMMANDS);
  if (parsed.kind === 'run') return parsed.command.run({ ...parsed, environment: process.env, paint: colours });
  const lines =
    parsed.kind === 'version'
      ? [version()]
      : parsed.command === undefined
        ? helpOf(COMMANDS, colours)
        : helpOfCommand(parsed.command, colours);
  return { exitCode: EXIT.ok, lines, json: { ok: true, lines } };
}

function answer({ exitCode, lines, json, header }: Outcome): LastWords {
  if (isJson) return { exitCode, out: jsonText(json), err: '' };
  return {
    exitCode,
    out: lines.length === 0 ? '' : `${lines.join('\n')}\n`,
    err: header === undefined ? '' : `${onErr.quiet(sanitize(header))}\n`,
  };
}

function failure({ message, exitCode, details }: CommandError): LastWords {
  if (isJson) return { exitCode, out: jsonText({ ok: false, exitCode, message, ...details }), err: '' };
  return { exitCode, out: '', err: `${onErr.bad('error')} ${message}\n` };
}

/** JSON whose strings hold nothing that acts on a terminal: JSON.stringify leaves C1 controls and bidi marks as they are. */
function jsonText(value: object): string {
  const text = JSON.stringify(value, undefined, 2);
  return `${text.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, asEscape)}\n`;
}

function asEscape(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

function version(): string {
  const manifest = new URL('../../package.json', import.meta.url); // from dist/server-lib
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}
