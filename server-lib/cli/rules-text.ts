import { GatekeeperError } from '../core/gatekeeper-error.ts';
import { readDocument } from '../rules/read-document.ts';
import type { RulesDocument } from '../rules/rules-document.ts';
import { readTextFile } from '../sources/read-text-file.ts';
import { sanitize } from '../wire/sanitize.ts';
import { type Invocation, isGiven } from './command.ts';
import { CommandError, EXIT } from './exit-code.ts';
import { placeIn, placeName, withRedis } from './redis-link.ts';

/** A rules document's text, and where it is. */
export interface RulesText {
  /** The file's name, or the key in Redis: what begins a message about it. */
  readonly name: string;
  readonly text: string;
  /** The place in whole, for `--json`. */
  readonly source: string;
  /** The place, for people. */
  readonly header: string;
}

/** The file named on the command line, or Redis where `--redis` is given, or `rules.json`. */
export async function rulesText(invocation: Invocation, file: string | undefined): Promise<RulesText> {
  if (file !== undefined && isGiven(invocation, 'redis')) {
    throw new CommandError(EXIT.usage, 'the rules are in a file or in Redis: leave one of the two out');
  }
  if (!isGiven(invocation, 'redis')) {
    if (isGiven(invocation, 'key')) {
      const what = '--key names a key in Redis, but the rules are read from a file';
      throw new CommandError(EXIT.usage, `${what}: add --redis <url>, or leave --key out`);
    }
    return textOfFile(file ?? 'rules.json', file === undefined ? notRedis(invocation) : '');
  }
  const { key } = placeIn(invocation);
  const text = await withRedis(invocation, (client) => client.get(key));
  if (text === null) throw new CommandError(EXIT.unreachable, `${sanitize(placeName(invocation))} does not exist`);
  const source = placeName(invocation);
  return { name: key, text, source, header: `from ${source}` };
}

/** What to say where somebody may believe that Redis is read. */
function notRedis({ environment }: Invocation): string {
  return environment.GATEKEEPER_REDIS
    ? '; not from Redis: this command reads it with --redis, not by GATEKEEPER_REDIS'
    : '';
}

/** `aside` goes to whoever reads that this file is meant. */
export async function textOfFile(file: string, aside = ''): Promise<RulesText> {
  const read = await readTextFile(file, 'The file');
  if ('error' in read) {
    throw new CommandError(read.isContent ? EXIT.refused : EXIT.unreachable, `${sanitize(read.error.message)}${aside}`);
  }
  return { name: file, text: read.text, source: file, header: `from ${file}${aside}` };
}

/** Reads a document as servers do; throws why they would refuse it, with file, line and column. */
export function documentIn({ name, text }: RulesText): RulesDocument {
  try {
    return readDocument(text);
  } catch (error) {
    if (!(error instanceof GatekeeperError)) throw error;
    const { code, position, message } = error;
    const place = placed(name, position?.line, position?.column);
    throw new CommandError(EXIT.refused, `${place}: ${sanitize(message)}`, { code, file: name, ...position });
  }
}

/** A place in a file as compilers and editors write it. */
export function placed(file: string, line?: number, column?: number): string {
  return line === undefined ? sanitize(file) : `${sanitize(file)}:${line}:${column ?? 1}`;
}
