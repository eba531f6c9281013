import { revisionOf, shortRevision } from '../rules/revision.ts';
import { type LoggedRevision, type Published, publishRules } from '../sources/publish-rules.ts';
import { isRevision, readLog } from '../sources/read-log.ts';
import type { RedisCommands } from '../sources/redis-client.ts';
import { sanitize } from '../wire/sanitize.ts';
import { accountName } from './account.ts';
import { changesBetween } from './changes.ts';
import { CHECK_OPTIONS, checked, problemLines } from './check.ts';
import { type Command, type Invocation, isGiven, type Option, type Outcome, optionOf } from './command.ts';
import { currentText } from './current.ts';
import { CommandError, EXIT } from './exit-code.ts';
import { placeIn, placeName, REDIS_OPTIONS, withRedis } from './redis-link.ts';
import { textOfFile } from './rules-text.ts';

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
  words: ['<rules.json>'],
  summary: 'checks a rules document and puts it in force on every server',
  help: [
    'The document is replaced in one step, and only if it is still the one that push has met; with --expect, only if it is still the one that you started from. Else it ends with 4, and nothing has changed. The last twenty revisions stay in the log.',
  ],
  options: { ...PUBLISH_OPTIONS, ...CHECK_OPTIONS },
  async run(invocation) {
    const rules = await textOfFile(invocation.words[0] ?? '');
    const { problems, warnings } = await checked(rules, invocation);
    const { paint } = invocation;
    const lines = problemLines(rules, problems, paint);
    if (warnings > 0 && !isGiven(invocation, 'allow-warnings')) {
      const way = 'Nothing was changed; push with --allow-warnings if this is meant:';
      throw new CommandError(EXIT.refused, [way, ...lines].join('\n'), { file: rules.name, problems });
    }
    return withRedis(invocation, async (client) => {
      const outcome = await publish(client, invocation, rules.text, optionOf(invocation, 'message'));
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
  const place = placeIn(invocation);
  const before = await currentText(client, place);
  const current = before === '' ? '' : revisionOf(before);
  const expected = optionOf(invocation, 'expect') ?? current;
  const author = optionOf(invocation, 'author') ?? accountName(invocation.environment);
  const published = await publishRules(client, text, { ...place, expected, author, message });
  if (published.kind === 'rejected') throw rejected(published, expected, await readLog(client, place));
  const changes = changesBetween(before, text);
  const { paint } = invocation;
  const said =
    published.kind === 'unchanged'
      ? 'was in force already'
      : `is in force, in place of ${shortRevision(current) || 'nothing'}`;
  return {
    exitCode: EXIT.ok,
    lines: [
      `${paint.strong(shortRevision(published.revision))} ${paint.good(said)}`,
      ...changes.map((change) => `  ${sanitize(change.text)}`),
    ],
    header: `to ${placeName(invocation)}`,
    json: {
      ok: true,
      target: placeName(invocation),
      ...published,
      replaced: current,
      changes: changes.map(({ kind, flag }) => ({ kind, flag })),
    },
  };
}

function rejected({ revision }: Published, expected: string, log: readonly LoggedRevision[]): CommandError {
  const entry = log.find((one) => isRevision(one, revision));
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
