#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { check } from './cli/check.ts';
import type { Command, Outcome } from './cli/command.ts';
import { CommandError, EXIT } from './cli/exit-code.ts';
import { explain } from './cli/explain.ts';
import { helpOf, helpOfCommand } from './cli/help.ts';
import { list } from './cli/list.ts';
import { log } from './cli/log.ts';
import { type Paint, paint, plain, wantsColours } from './cli/paint.ts';
import { parse } from './cli/parse.ts';
import { push } from './cli/push.ts';
import { rollback } from './cli/rollback.ts';

const COMMANDS: readonly Command[] = [check, push, log, rollback, explain, list];

const argv = process.argv.slice(2);
const isJson = argv.includes('--json');
try {
  const { exitCode, lines, json } = await outcomeOf(argv, paint(!isJson && wantsColours(process.stdout, process.env)));
  const text = isJson ? JSON.stringify(json, undefined, 2) : lines.join('\n');
  if (text !== '') process.stdout.write(`${text}\n`);
  process.exitCode = exitCode;
} catch (error) {
  fail(error instanceof CommandError ? error : new CommandError(EXIT.unreachable, plain(String(error))));
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

function fail({ message, exitCode, details }: CommandError): void {
  if (isJson) process.stdout.write(`${JSON.stringify({ ok: false, exitCode, message, ...details }, undefined, 2)}\n`);
  else process.stderr.write(`${paint(wantsColours(process.stderr, process.env)).bad('error')} ${message}\n`);
  process.exitCode = exitCode;
}

function version(): string {
  const manifest = new URL('../../package.json', import.meta.url); // from dist/server-lib
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}
