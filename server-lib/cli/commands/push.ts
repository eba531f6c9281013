import os from 'node:os';
import { revisionOf, shortRevision } from '../../rules/document/rules-document.ts';
import {
  hasRevision,
  type LoggedRevision,
  type Published,
  publishRules,
  readLog,
} from '../../sources/redis/publish-rules.ts';
import type { RedisCommands } from '../../sources/redis/redis-client.ts';
import { sanitize } from '../../wire/sanitize.ts';
import { type Command, hasOption, type Invocation, type Option, type Outcome, optionValue } from '../command.ts';
import { CommandError, EXIT } from '../exit.ts';
import { keysOf, REDIS_OPTIONS, readCurrentDocument, readRulesFile, redisName, withRedis } from '../rules-input.ts';
import { CHECK_OPTIONS, checkRules, problemLines } from './check.ts';

export const PUBLISH_OPTIONS: Readonly<Record<string, Option>> = {
  ...REDIS_OPTIONS,
  channel: { value: 'channel', help: 'where servers are told; the key and ":changed" if left out' },
  message: { value: 'text', help: 'why, for the log' },
  author: { value: 'name', help: 'who, for the log; the name of the account if left out' },
  expect: {
    value: 'revision',
    help: 'only in place of this revision, or one that begins so (6 characters or more); "" for none',
  },
};

export const push: Command = {
  name: 'push',
  positionals: ['<rules.json>'],
  summary: 'checks a rules document and puts it in force on every server',
  help: [
    'The document is replaced in one step, and only if it is still the one that push has met; with --expect, only if it is still the one that you started from. Else it ends with 4, and nothing has changed. The last twenty revisions stay in the log.',
  ],
  options: { ...PUBLISH_OPTIONS, ...CHECK_OPTIONS },
  async run(invocation) {
    const rules = await readRulesFile(invocation.positionals[0] ?? '');
    const { problems, warnings } = await checkRules(rules, invocation);
    const { colors } = invocation;
    const lines = problemLines(rules, problems, colors);
    if (warnings > 0 && !hasOption(invocation, 'allow-warnings')) {
      const way = 'Nothing was changed; push with --allow-warnings if this is meant:';
      throw new CommandError(EXIT.refused, [way, ...lines].join('\n'), { file: rules.name, problems });
    }
    return withRedis(invocation, async (client) => {
      const outcome = await publish(client, invocation, rules.text, optionValue(invocation, 'message'));
      return { ...outcome, lines: [...lines, ...outcome.lines], json: { ...outcome.json, problems } };
    });
  },
};

/** Publishes in place of what is there, and tells what that changed. */
export async function publish(
  client: RedisCommands,
  invocation: Invocation,
  text: string,
  message: string | undefined,
): Promise<Outcome> {
  const place = keysOf(invocation);
  const before = await readCurrentDocument(client, place);
  const current = before === '' ? '' : revisionOf(before);
  const expected = optionValue(invocation, 'expect') ?? current;
  const author = optionValue(invocation, 'author') ?? accountName(invocation.environment);
  const published = await publishRules(client, text, { ...place, expected, author, message });
  if (published.kind === 'rejected') throw rejectedError(published, expected, await readLog(client, place));
  const changes = diffFlags(before, text);
  const { colors } = invocation;
  const said =
    published.kind === 'unchanged'
      ? 'was in force already'
      : `is in force, in place of ${shortRevision(current) || 'nothing'}`;
  return {
    exitCode: EXIT.ok,
    lines: [
      `${colors.strong(shortRevision(published.revision))} ${colors.good(said)}`,
      ...changes.map((change) => `  ${sanitize(change.text)}`),
    ],
    header: `to ${redisName(invocation)}`,
    json: {
      ok: true,
      target: redisName(invocation),
      ...published,
      replaced: current,
      changes: changes.map(({ kind, flag }) => ({ kind, flag })),
    },
  };
}

function rejectedError({ revision }: Published, expected: string, log: readonly LoggedRevision[]): CommandError {
  const entry = log.find((one) => hasRevision(one, revision));
  const by =
    entry === undefined
      ? ''
      : ` (${sanitize(entry.author)}, ${sanitize(entry.time)}: ${sanitize(entry.message) || 'no message'})`;
  const there = revision === '' ? 'there is none' : `there is ${shortRevision(revision)}${by}`;
  const isShort = expected !== '' && expected.length < 6 && revision.startsWith(expected);
  const more = isShort ? '; --expect needs at least 6 characters of it' : '';
  const message = `Nothing was changed: ${sanitize(shortRevision(expected)) || 'no document'} was expected, ${there}${more}`;
  return new CommandError(EXIT.rejected, message, { expected, revision });
}

/**
 * The name of the account that runs the program, for the log. A container may run under a number that no account has;
 * then the environment's word counts, or the number itself.
 */
export function accountName(
  environment: Readonly<Record<string, string | undefined>>,
  userInfo: () => { readonly username: string } = os.userInfo,
): string {
  try {
    return userInfo().username;
  } catch {
    const { USER, LOGNAME, USERNAME } = environment;
    return USER || LOGNAME || USERNAME || `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** What became of one flag. */
export interface FlagChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly flag: string;
  readonly text: string;
}

/** Which flags differ between two documents, by name; what cannot be read counts as no flags. */
function diffFlags(before: string, after: string): readonly FlagChange[] {
  const [old, now] = [parseFlags(before), parseFlags(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return names.flatMap((flag) => {
    if (old.get(flag) === now.get(flag)) return [];
    const kind = old.has(flag) ? (now.has(flag) ? 'changed' : 'removed') : 'added';
    return [{ kind, flag, text: `${SIGNS[kind]} ${flag}` }];
  });
}

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

function parseFlags(text: string): ReadonlyMap<string, string> {
  try {
    const { flags } = JSON.parse(text) as { readonly flags: object };
    return new Map(Object.entries(flags).map(([name, flag]) => [name, JSON.stringify(flag)]));
  } catch {
    return new Map();
  }
}
