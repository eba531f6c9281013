import { GatekeeperError } from '../core/errors.ts';
import { readDocument } from '../rules/document/read-document.ts';
import type { RulesDocument } from '../rules/document/rules-document.ts';
import { readTextFile } from '../sources/file/read-text-file.ts';
import {
  createRedisClient,
  errorReason,
  type RedisCommands,
  type RedisKeys,
  redisKeys,
  redisUrlError,
  withDestroy,
} from '../sources/redis/redis-client.ts';
import { sanitize } from '../wire/sanitize.ts';
import { hasOption, type Invocation, type Option, optionValue } from './command.ts';
import { CommandError, EXIT } from './exit.ts';

/** A rules document's text, and where it is. */
export interface RulesInput {
  /** The file's name, or the key in Redis: what begins a message about it. */
  readonly name: string;
  readonly text: string;
  /** The place in whole, for `--json`. */
  readonly source: string;
  /** The place, for people. */
  readonly header: string;
}

/** The file named on the command line, or Redis where `--redis` is given, or `rules.json`. */
export async function readRulesInput(invocation: Invocation, file: string | undefined): Promise<RulesInput> {
  if (file !== undefined && hasOption(invocation, 'redis')) {
    throw new CommandError(EXIT.usage, 'the rules are in a file or in Redis: leave one of the two out');
  }
  if (!hasOption(invocation, 'redis')) {
    if (hasOption(invocation, 'key')) {
      const what = '--key names a key in Redis, but the rules are read from a file';
      throw new CommandError(EXIT.usage, `${what}: add --redis <url>, or leave --key out`);
    }
    return readRulesFile(file ?? 'rules.json', file === undefined ? redisHint(invocation) : '');
  }
  const { key } = keysOf(invocation);
  const text = await withRedis(invocation, (client) => client.get(key));
  if (text === null) throw new CommandError(EXIT.unreachable, `${sanitize(redisName(invocation))} does not exist`);
  const source = redisName(invocation);
  return { name: key, text, source, header: `from ${source}` };
}

/** What to say where somebody may believe that Redis is read. */
function redisHint({ environment }: Invocation): string {
  return environment.GATEKEEPER_REDIS
    ? '; not from Redis: this command reads it with --redis, not by GATEKEEPER_REDIS'
    : '';
}

/** `aside` goes to whoever reads that this file is meant. */
export async function readRulesFile(file: string, hint = ''): Promise<RulesInput> {
  const read = await readTextFile(file, 'The file');
  if ('error' in read) {
    throw new CommandError(read.isContent ? EXIT.refused : EXIT.unreachable, `${sanitize(read.error.message)}${hint}`);
  }
  return { name: file, text: read.text, source: file, header: `from ${file}${hint}` };
}

/** Reads a document as servers do; throws why they would refuse it, with file, line and column. */
export function parseRulesInput({ name, text }: RulesInput): RulesDocument {
  try {
    return readDocument(text);
  } catch (error) {
    if (!(error instanceof GatekeeperError)) throw error;
    const { code, position, message } = error;
    const place = formatLocation(name, position?.line, position?.column);
    throw new CommandError(EXIT.refused, `${place}: ${sanitize(message)}`, { code, file: name, ...position });
  }
}

/** A place in a file as compilers and editors write it. */
export function formatLocation(file: string, line?: number, column?: number): string {
  return line === undefined ? sanitize(file) : `${sanitize(file)}:${line}:${column ?? 1}`;
}

/** The options of every command that goes to Redis. */
export const REDIS_OPTIONS: Readonly<Record<string, Option>> = {
  redis: { value: 'url', help: 'redis://user:password@host:6379/0; or GATEKEEPER_REDIS in the environment' },
  key: { value: 'key', help: 'where the document is; gatekeeper:rules if left out' },
};

/** The same for the commands that read a file unless `--redis` is given. */
export const FILE_OR_REDIS_OPTIONS: Readonly<Record<string, Option>> = {
  redis: {
    value: 'url',
    help: 'reads from redis://user:password@host:6379/0, not from a file; GATEKEEPER_REDIS is not read',
  },
  key: { value: 'key', help: 'where the document is in Redis; gatekeeper:rules if left out' },
};

export function keysOf(invocation: Invocation): RedisKeys {
  const [key, channel] = ['key', 'channel'].map((name) => optionValue(invocation, name));
  if (key === '' || channel === '') throw new CommandError(EXIT.usage, 'a key or a channel has at least one character');
  return redisKeys({ key, channel });
}

/** Which Redis and key a command reads or writes, without the password. */
export function redisName(invocation: Invocation): string {
  return `Redis at ${new URL(redisUrl(invocation)).host}, key "${keysOf(invocation).key}"`;
}

function redisUrl(invocation: Invocation): string {
  const option = optionValue(invocation, 'redis');
  const url = option ?? (invocation.environment.GATEKEEPER_REDIS || undefined);
  const fault = url === undefined ? 'neither it nor GATEKEEPER_REDIS is given' : redisUrlError(url);
  if (url !== undefined && fault === undefined) return url;
  // Not quoted: it may hold a password.
  const got = url === undefined ? fault : `${option === undefined ? 'GATEKEEPER_REDIS' : '--redis'} ${fault}`;
  const way = 'say where Redis is: --redis redis://host:port, or rediss:// for TLS';
  throw new CommandError(EXIT.usage, `${way}; ${got}`);
}

/** Runs `use` with a connection of its own; whatever goes wrong with it becomes one sentence. */
export async function withRedis<Result>(
  invocation: Invocation,
  use: (client: RedisCommands) => Promise<Result>,
): Promise<Result> {
  const url = redisUrl(invocation);
  const loaded = await createRedisClient(url, COMMAND_TIMEOUT_MS).catch((error: unknown) => {
    throw new CommandError(EXIT.unreachable, errorReason(error));
  });
  const client = withDestroy(loaded);
  let isLate = false;
  // From here on, for loading the package takes its time on a busy machine.
  const deadline = setTimeout(() => {
    isLate = true;
    client.destroy(); // which fails the command that waits
  }, COMMAND_TIMEOUT_MS);
  try {
    client.on('error', () => {}); // the command that waits says it
    await client.connect();
    return await use(client);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const why = isLate ? `no answer within ${COMMAND_TIMEOUT_MS / 1000} seconds` : errorReason(error);
    throw new CommandError(EXIT.unreachable, `Redis at ${new URL(url).host}: ${why}`);
  } finally {
    clearTimeout(deadline);
    client.destroy();
  }
}

const COMMAND_TIMEOUT_MS = 5_000;

/** The text that is in force; empty where there is none, or something that is no text. */
export async function readCurrentDocument(client: RedisCommands, { key }: RedisKeys): Promise<string> {
  try {
    return (await client.get(key)) ?? '';
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return '';
    throw error;
  }
}
