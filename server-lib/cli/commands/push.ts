import os from 'node:os';
import { quoted } from '../../core/values.ts';
import { revisionOf, shortRevision } from '../../rules/document/rules-document.ts';
import {
  hasRevision,
  type LoggedRevision,
  type PublicationOptions,
  type Published,
} from '../../sources/publication.ts';
import { sanitize } from '../../wire/sanitize.ts';
import { type Command, hasOption, type Invocation, type Option, type Outcome, optionValue } from '../command.ts';
import { CommandError, EXIT } from '../exit.ts';
import { readRulesFile } from '../rules-input.ts';
import { type RulesStore, STORE_OPTIONS, withStore } from '../rules-store.ts';
import { CHECK_OPTIONS, checkRules, problemLines } from './check.ts';

export const PUBLISH_OPTIONS: Readonly<Record<string, Option>> = {
  ...STORE_OPTIONS,
  channel: { value: 'channel', help: 'the channel that announces the change; default: the key and ":changed"' },
  message: { value: 'text', help: 'the reason, for the log' },
  author: { value: 'name', help: 'the author, for the log; default: the name of the account' },
  keep: {
    value: 'number',
    help: 'how many revisions stay in the log, or "all"; default: in Redis as many as there are and at least 20, in PostgreSQL all',
  },
  expect: {
    value: 'revision',
    help: 'publishes only in place of this revision (6 or more characters of it are enough); "" for no document',
  },
};

export const push: Command = {
  name: 'push',
  positionals: ['<rules.json>'],
  summary: 'checks a rules document and puts it in force on every server',
  help: [
    'Replaces the document atomically, and only if it has not changed since push read it; with --expect, only if it is still the given revision. Otherwise nothing is changed and the exit code is 4. The revisions before it stay in the log.',
  ],
  options: { ...PUBLISH_OPTIONS, ...CHECK_OPTIONS },
  examples: [
    [
      "push rules.json --redis redis://localhost:6379 --message 'Checkout for 20 %'",
      'puts the document in force on all servers',
    ],
    [
      'push rules.json --expect 3f2a91c04bd7',
      'only if that revision is still in force; the Redis is in GATEKEEPER_REDIS',
    ],
  ],
  async run(invocation) {
    const rules = await readRulesFile(invocation.positionals[0] ?? '');
    const { problems, warnings } = await checkRules(rules, invocation);
    const { colors } = invocation;
    const lines = problemLines(rules, problems, colors);
    if (warnings > 0 && !hasOption(invocation, 'allow-warnings')) {
      const what = 'Nothing was changed; fix these problems, or push with --allow-warnings:';
      throw new CommandError(EXIT.refused, [what, ...lines].join('\n'), { file: rules.name, problems });
    }
    const [message, keep] = [optionValue(invocation, 'message'), keepOf(invocation)];
    return withStore(invocation, async (store) => {
      const outcome = await publish(store, invocation, { text: rules.text, message, keep });
      return { ...outcome, lines: [...lines, ...outcome.lines], json: { ...outcome.json, problems } };
    });
  },
};

/** Publishes in place of the current document, and lists the flags that changed. */
export async function publish(
  store: RulesStore,
  invocation: Invocation,
  { text, message, keep }: { readonly text: string } & Pick<PublicationOptions, 'message' | 'keep'>,
): Promise<Outcome> {
  const before = await store.read();
  const current = before === '' ? '' : revisionOf(before);
  const expected = optionValue(invocation, 'expect') ?? current;
  const author = optionValue(invocation, 'author') ?? accountName(invocation.environment);
  const published = await store.publish(text, { expected, author, message, keep });
  if (published.kind === 'rejected') throw rejectedError(published, expected, await store.log());
  const changes = diffFlags(before, text);
  const { colors } = invocation;
  const effect =
    published.kind === 'unchanged'
      ? 'is already in force'
      : `is in force, in place of ${shortRevision(current) || 'no document'}`;
  return {
    exitCode: EXIT.ok,
    lines: [
      `${colors.strong(shortRevision(published.revision))} ${colors.good(effect)}`,
      ...changes.map((change) => `  ${sanitize(change.text)}`),
    ],
    header: `to ${store.name}`,
    json: {
      ok: true,
      target: store.name,
      ...published,
      replaced: current,
      changes: changes.map(({ kind, flag }) => ({ kind, flag })),
    },
  };
}

/** The value of `--keep`. */
export function keepOf(invocation: Invocation): number | undefined {
  const text = optionValue(invocation, 'keep');
  if (text === undefined) return undefined;
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new CommandError(EXIT.usage, `--keep must be a number, 1 or more, or "all"; got ${quoted(text)}`);
}

function rejectedError({ revision }: Published, expected: string, log: readonly LoggedRevision[]): CommandError {
  const entry = log.find((one) => hasRevision(one, revision));
  const by =
    entry === undefined
      ? ''
      : ` (${sanitize(entry.author)}, ${sanitize(entry.time)}: ${sanitize(entry.message) || 'no message'})`;
  const found = revision === '' ? 'no document' : `${shortRevision(revision)}${by}`;
  const isShort = expected !== '' && expected.length < 6 && revision.startsWith(expected);
  const hint = isShort ? '; --expect needs at least 6 characters of it' : '';
  const message = `Nothing was changed: expected ${sanitize(shortRevision(expected)) || 'no document'}, found ${found}${hint}`;
  return new CommandError(EXIT.rejected, message, { expected, revision });
}

/**
 * The name of the account that runs the program, for the log. A container may run with a user id that has no account; then
 * the name is from the environment, or is the id itself.
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

/** The change of one flag. */
export interface FlagChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly flag: string;
  readonly text: string;
}

/** The flags that differ between two documents, by name. A document that cannot be read counts as empty. */
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
