import { GatekeeperError } from '../core/errors.ts';
import { readDocument } from '../rules/document/read-document.ts';
import type { RulesDocument } from '../rules/document/rules-document.ts';
import { readTextFile } from '../sources/file/read-text-file.ts';
import {
  createRedisClient,
  type RedisCommands,
  type RedisKeys,
  redisKeys,
  redisUrlError,
  withDestroy,
} from '../sources/redis/redis-client.ts';
import { errorReason } from '../sources/source-errors.ts';
import { sanitize } from '../wire/sanitize.ts';
import { hasOption, type Invocation, type Option, optionValue } from './command.ts';
import { CommandError, EXIT } from './exit.ts';

/** The text of a rules document, and where it was read. */
export interface RulesInput {
  /** The file's name or the key in Redis, for messages. */
  readonly name: string;
  readonly text: string;
  /** The file or the Redis, for `--json`. */
  readonly source: string;
  /** The first line on stderr. */
  readonly header: string;
}

/** Reads Redis with `--redis`, else `file`, else `rules.json`. */
export async function readRulesInput(invocation: Invocation, file: string | undefined): Promise<RulesInput> {
  if (file !== undefined && hasOption(invocation, 'redis')) {
    throw new CommandError(EXIT.usage, 'expected either a file or --redis; got both');
  }
  if (!hasOption(invocation, 'redis')) {
    if (hasOption(invocation, 'key')) {
      const what = '--key needs --redis, and the rules are read from a file';
      throw new CommandError(EXIT.usage, `${what}; add --redis <url>, or remove --key`);
    }
    return readRulesFile(file ?? 'rules.json', file === undefined ? redisHint(invocation) : '');
  }
  const { key } = keysOf(invocation);
  const text = await withRedis(invocation, (client) => client.get(key));
  if (text === null) throw new CommandError(EXIT.unreachable, `${sanitize(redisName(invocation))} does not exist`);
  const source = redisName(invocation);
  return { name: key, text, source, header: `from ${source}` };
}

/** A hint for users who set GATEKEEPER_REDIS and may expect that Redis is read. */
function redisHint({ environment }: Invocation): string {
  return environment.GATEKEEPER_REDIS
    ? '; to read from Redis, add --redis <url> (GATEKEEPER_REDIS is not used by this command)'
    : '';
}

/** Reads a rules file. `hint` is added to the header, or to the error if the file cannot be read. */
export async function readRulesFile(file: string, hint = ''): Promise<RulesInput> {
  const read = await readTextFile(file, 'The file');
  if ('error' in read) {
    throw new CommandError(read.isContent ? EXIT.refused : EXIT.unreachable, `${sanitize(read.error.message)}${hint}`);
  }
  return { name: file, text: read.text, source: file, header: `from ${file}${hint}` };
}

/** Parses a document as servers do. Throws if they would refuse it, with file, line and column. */
export function parseRulesInput({ name, text }: RulesInput): RulesDocument {
  try {
    return readDocument(text);
  } catch (error) {
    if (!(error instanceof GatekeeperError)) throw error;
    const { code, position, message } = error;
    const location = formatLocation(name, position?.line, position?.column);
    const isYaml = code === 'ERR_GK_RULES_JSON' && YAML_FILE.test(name);
    const what = isYaml ? `The rules document is refused: it must be JSON; ${yamlHint(name)}` : message;
    throw new CommandError(EXIT.refused, `${location}: ${sanitize(what)}`, { code, file: name, ...position });
  }
}

const YAML_FILE = /\.ya?ml$/i;

/** The command that converts a file. */
function yamlHint(file: string): string {
  const [yaml, json] = [file, file.replace(YAML_FILE, '.json')].map((name) =>
    /^[\w./-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`,
  );
  return `convert it with: npx js-yaml ${yaml} > ${json}`;
}

/** A position in a file in the format of compilers and editors: `file:line:column`. */
export function formatLocation(file: string, line?: number, column?: number): string {
  return line === undefined ? sanitize(file) : `${sanitize(file)}:${line}:${column ?? 1}`;
}

/** The options of the commands that always use Redis. */
export const REDIS_OPTIONS: Readonly<Record<string, Option>> = {
  redis: { value: 'url', help: 'redis://user:password@host:6379/0; or set GATEKEEPER_REDIS in the environment' },
  key: { value: 'key', help: 'the key of the document; default: gatekeeper:rules' },
};

/** The options of the commands that read a file unless `--redis` is given. */
export const FILE_OR_REDIS_OPTIONS: Readonly<Record<string, Option>> = {
  redis: {
    value: 'url',
    help: 'reads from redis://user:password@host:6379/0 instead of a file; GATEKEEPER_REDIS is not used',
  },
  key: { value: 'key', help: 'the key of the document in Redis; default: gatekeeper:rules' },
};

export function keysOf(invocation: Invocation): RedisKeys {
  const [key, channel] = ['key', 'channel'].map((name) => optionValue(invocation, name));
  if (key === '' || channel === '') throw new CommandError(EXIT.usage, '--key and --channel must not be empty');
  return redisKeys({ key, channel });
}

/** The Redis and the key that a command uses, without the password. */
export function redisName(invocation: Invocation): string {
  return `Redis at ${new URL(redisUrl(invocation)).host}, key "${keysOf(invocation).key}"`;
}

function redisUrl(invocation: Invocation): string {
  const option = optionValue(invocation, 'redis');
  const url = option ?? (invocation.environment.GATEKEEPER_REDIS || undefined);
  const fault = url === undefined ? 'neither it nor GATEKEEPER_REDIS is given' : redisUrlError(url);
  if (url !== undefined && fault === undefined) return url;
  // Not quoted, because it may contain a password.
  const got = url === undefined ? fault : `${option === undefined ? 'GATEKEEPER_REDIS' : '--redis'} ${fault}`;
  throw new CommandError(EXIT.usage, `--redis must be redis://host:port, or rediss:// for TLS; ${got}`);
}

/** Runs `use` with a new connection. Throws a {@link CommandError} with one sentence if Redis fails. */
export async function withRedis<Result>(
  invocation: Invocation,
  use: (client: RedisCommands) => Promise<Result>,
): Promise<Result> {
  const url = redisUrl(invocation);
  const created = await createRedisClient(url, COMMAND_TIMEOUT_MS).catch((error: unknown) => {
    throw new CommandError(EXIT.unreachable, errorReason(error));
  });
  const client = withDestroy(created);
  let isLate = false;
  // Starts here, because loading the package may take long on a busy machine.
  const deadline = setTimeout(() => {
    isLate = true;
    client.destroy(); // rejects the pending command
  }, COMMAND_TIMEOUT_MS);
  try {
    client.on('error', () => {}); // the pending command rejects with it
    await client.connect();
    return await use(client);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const why = isLate ? `no response within ${COMMAND_TIMEOUT_MS / 1000} seconds` : errorReason(error);
    throw new CommandError(EXIT.unreachable, `Redis at ${new URL(url).host}: ${why}`);
  } finally {
    clearTimeout(deadline);
    client.destroy();
  }
}

const COMMAND_TIMEOUT_MS = 5_000;

/** The document that is in force; the empty string if there is none, or if the key is not a string. */
export async function readCurrentDocument(client: RedisCommands, { key }: RedisKeys): Promise<string> {
  try {
    return (await client.get(key)) ?? '';
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return '';
    throw error;
  }
}
