import { GatekeeperError } from '../core/gatekeeper-error.ts';
import { readDocument } from '../rules/read-document.ts';
import type { RulesDocument } from '../rules/rules-document.ts';
import { readTextFile } from '../sources/read-text-file.ts';
import { type Invocation, optionOf } from './command.ts';
import { CommandError, EXIT } from './exit-code.ts';
import { plain } from './paint.ts';
import { placeIn, withRedis } from './redis-link.ts';

/** A rules document's text, and what to call the place where it is. */
export interface RulesText {
  readonly name: string;
  readonly text: string;
}

/** The file named on the command line, or Redis where `--redis` is given, or `rules.json`. */
export async function rulesText(invocation: Invocation, file: string | undefined): Promise<RulesText> {
  if (file !== undefined && optionOf(invocation, 'redis') !== undefined) {
    throw new CommandError(EXIT.usage, 'the rules are in a file or in Redis: leave one of the two out');
  }
  if (optionOf(invocation, 'redis') === undefined) return textOfFile(file ?? 'rules.json');
  const { key } = placeIn(invocation);
  const text = await withRedis(invocation, (client) => client.get(key));
  if (text === null) throw new CommandError(EXIT.unreachable, `Redis has no key "${plain(key)}"`);
  return { name: key, text };
}

export async function textOfFile(file: string): Promise<RulesText> {
  const read = await readTextFile(file, 'The file');
  if ('error' in read) throw new CommandError(EXIT.unreachable, read.error.message);
  return { name: file, text: read.text };
}

/** Reads a document; throws what is wrong with it, with file, line and column. */
export function documentIn({ name, text }: RulesText): RulesDocument {
  try {
    return readDocument(text);
  } catch (error) {
    if (!(error instanceof GatekeeperError)) throw error;
    const { code, position, message } = error;
    const place = position === undefined ? name : `${name}:${position.line}:${position.column}`;
    throw new CommandError(EXIT.refused, `${plain(place)}: ${plain(message)}`, { code, file: name, ...position });
  }
}
