import { readFileSync } from 'node:fs';
import { formatValue, formatValues, isUserId, kindOf } from '../../core/values.ts';
import { sanitize } from '../../wire/sanitize.ts';
import { isJsonObject } from '../../wire/untrusted-json.ts';
import { type Command, hasOption, type Invocation, type Outcome, optionValue } from '../command.ts';
import { type ComparedUser, type ComparedVariant, type FlagImpact, RulesComparison } from '../compare-rules.ts';
import { CommandError, EXIT } from '../exit.ts';
import { loadFlags } from '../flags-module.ts';
import { formatLocation, parseRulesInput, readRulesFile, readRulesInput, storeOption } from '../rules-input.ts';
import { FILE_OR_STORE_OPTIONS } from '../rules-store.ts';
import { type Colors, formatTable } from '../terminal.ts';
import { readAttributes, readTime } from './explain.ts';

export const impact: Command = {
  name: 'impact',
  positionals: ['<old.json>', '[new.json]'],
  summary: 'shows how many users get another variant from a new rules document',
  help: [
    'Evaluates 10,000 synthetic users, or those of --users, under both documents. With --redis or --postgres, the old document is the one in force, and the only file is the new one.',
    'A file of users has one id a line, or one JSON object a line with targetingKey and attributes: {"targetingKey":"42","country":"DE"}. A JSON array of ids or of such objects is accepted, too.',
    'With --flags, user lists and defaults of the code count, as on a server. The result of decide is not known, so it counts as "the code decides".',
  ],
  options: {
    users: { value: 'file', help: 'evaluates the users of a file; - for standard input' },
    count: { value: 'number', help: 'evaluates so many synthetic users; default: 10000' },
    attr: { value: 'name=value', help: 'an attribute of all users; can be repeated', isRepeatable: true },
    at: { value: 'time', help: 'evaluates at another time, in UTC: 2027-01-01T00:00:00Z, or 2027-01-01 for its start' },
    flags: { value: 'module', help: 'a module that exports `flags`, for their defaults and user lists' },
    ...FILE_OR_STORE_OPTIONS,
  },
  examples: [
    ['impact old.json new.json', 'evaluates 10,000 synthetic users'],
    [
      'impact new.json --redis redis://localhost:6379 --users ids.txt',
      'compares with the document in force, for the users of a file',
    ],
    [
      'impact old.json new.json --flags flags.js --attr country=DE',
      'with the user lists of the code, for users in one country',
    ],
  ],
  async run(invocation) {
    const users = readUsers(invocation);
    const now = readTime(invocation) ?? new Date();
    const [before, after] = await readDocuments(invocation);
    const module = optionValue(invocation, 'flags');
    const comparison = new RulesComparison({
      before: parseRulesInput(before),
      after: parseRulesInput(after),
      code: module === undefined ? undefined : await loadFlags(module),
      timestamp: Math.floor(now.getTime() / 1_000),
    });
    for (const user of users) {
      comparison.add(user);
      if (comparison.users % PROGRESS_STEP === 0)
        invocation.progressIfSlow('evaluated', `${formatCount(comparison.users)} users`);
    }
    if (comparison.users === 0) throw new CommandError(EXIT.refused, `${usersName(invocation)} has no users`);
    return formatComparison(comparison, { before: before.source, after: after.source, invocation });
  },
};

const PROGRESS_STEP = 10_000;
const SYNTHETIC_USERS = 10_000;

async function readDocuments(invocation: Invocation) {
  const [first = '', second] = invocation.positionals;
  const store = storeOption(invocation);
  if (store === undefined) {
    if (second === undefined) throw new CommandError(EXIT.usage, `[new.json] is missing${SEE_HELP}`);
    return [await readRulesInput(invocation, first), await readRulesFile(second)] as const;
  }
  if (second !== undefined)
    throw new CommandError(EXIT.usage, `expected one file, the new document, with --${store}; got two${SEE_HELP}`);
  return [await readRulesInput(invocation, undefined), await readRulesFile(first)] as const;
}

const SEE_HELP = '; see gatekeeper-flags impact --help';

function readUsers(invocation: Invocation): Iterable<ComparedUser> {
  const attributes = readAttributes(invocation);
  const count = optionValue(invocation, 'count');
  if (!hasOption(invocation, 'users')) return syntheticUsers(readCount(count), attributes);
  if (count !== undefined)
    throw new CommandError(EXIT.usage, `expected either --users or --count; got both${SEE_HELP}`);
  const file = optionValue(invocation, 'users') ?? '';
  try {
    return usersIn(readFileSync(file === '-' ? 0 : file, 'utf8'), { file, attributes });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is not a file' : `cannot be read (${code})`;
    throw new CommandError(EXIT.unreachable, `${usersName(invocation)} ${why}`);
  }
}

function usersName(invocation: Invocation): string {
  const file = optionValue(invocation, 'users');
  return file === '-' ? 'Standard input' : `The file "${sanitize(file ?? '')}"`;
}

function readCount(text: string | undefined): number {
  if (text === undefined) return SYNTHETIC_USERS;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new CommandError(EXIT.usage, `--count must be a positive number; got "${sanitize(text)}"${SEE_HELP}`);
}

function* syntheticUsers(count: number, attributes: object): Iterable<ComparedUser> {
  for (let at = 1; at <= count; at++) yield { targetingKey: `user-${at}`, attributes };
}

interface UsersFile {
  readonly file: string;
  readonly attributes: object;
}

function* usersIn(text: string, { file, attributes }: UsersFile): Iterable<ComparedUser> {
  const toUser = (value: unknown, line: number): ComparedUser => {
    if (isUserId(value)) return { targetingKey: String(value), attributes };
    if (isJsonObject(value) && isUserId(value.targetingKey)) {
      const { targetingKey, ...own } = value;
      return { targetingKey: String(targetingKey), attributes: { ...attributes, ...own } };
    }
    // Neither the id nor the attributes: they may be personal.
    const got = isJsonObject(value) ? `an object with ${formatValues(Object.keys(value)) || 'no keys'}` : kindOf(value);
    throw usersError(file, line, `a user must be an id or an object with targetingKey; got ${got}`);
  };
  if (/^\uFEFF?\s*\[/.test(text)) {
    for (const value of parseUsers(text, file, 1) as readonly unknown[]) yield toUser(value, 1);
    return;
  }
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const content = text.slice(start, end).trim(); // trims a byte order mark, too
    start = end + 1;
    line++;
    if (content !== '') yield toUser(content.startsWith('{') ? parseUsers(content, file, line) : content, line);
  }
}

function parseUsers(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw usersError(file, line, 'this is not JSON; expected an id, or an object with targetingKey, on each line');
  }
}

function usersError(file: string, line: number, what: string): CommandError {
  return new CommandError(EXIT.refused, `${formatLocation(file, line)}: ${sanitize(what)}`, { file, line });
}

interface ComparedDocuments {
  readonly before: string;
  readonly after: string;
  readonly invocation: Invocation;
}

function formatComparison(comparison: RulesComparison, { before, after, invocation }: ComparedDocuments): Outcome {
  const { users, changed, unchanged, unknown } = comparison;
  const { colors } = invocation;
  const isSynthetic = !hasOption(invocation, 'users');
  const impacts = comparison.impacts();
  const missing = impacts.filter(({ missingAttributes }) => missingAttributes.length > 0);
  const total = `${formatCount(changed)} of ${formatCount(users)} ${isSynthetic ? 'synthetic users' : 'users'} change, ${formatPercent(changed, users)}`;
  return {
    exitCode: EXIT.ok,
    lines: [
      ...impacts.flatMap((one) => formatImpact(one, users, colors)),
      ...missing.map(
        ({ flag, missingAttributes }) =>
          `${colors.quiet('i')} ${sanitize(flag)} reads ${formatValues(missingAttributes)}, which none of these users has; give it with --attr or in a file of --users`,
      ),
      ...(unknown.length === 0 ? [] : [`${colors.quiet('i')} not in the code: ${formatValues(unknown)}`]),
      `${sanitize(before)} -> ${sanitize(after)}: ${total}; ${unchanged.length} ${unchanged.length === 1 ? 'flag is' : 'flags are'} unchanged`,
    ],
    json: {
      ok: true,
      old: before,
      new: after,
      users,
      synthetic: isSynthetic,
      changed,
      flags: impacts,
      unchanged,
      unknown,
    },
  };
}

function formatImpact(
  { flag, users: changed, changes, variants, values }: FlagImpact,
  users: number,
  { strong, quiet, warn, good }: Colors,
): readonly string[] {
  const name = strong(sanitize(flag));
  const rows = changes.map(({ from, to, users: count }) => [
    `  ${formatVariantName(from)} -> ${formatVariantName(to)}`,
    formatUsers(count),
    formatPercent(count, users),
  ]);
  const shares = variants.map(
    ({ variant, before, after }) =>
      `${formatVariantName(variant)} ${formatPercent(before, users)} -> ${formatPercent(after, users)}`,
  );
  return [
    changed === 0
      ? `${name}: ${good('nobody changes')}`
      : `${name}: ${warn(`${formatCount(changed)} of ${formatCount(users)} users change`)}, ${formatPercent(changed, users)}`,
    ...formatTable(rows, [String, String, String]),
    quiet(`  shares: ${shares.join(', ')}`),
    ...values.map(
      ({ variant, from, to, users: count }) =>
        `  the value of ${sanitize(variant)} changes from ${formatValue(from)} to ${formatValue(to)}, for ${formatUsers(count)}`,
    ),
  ];
}

function formatVariantName(variant: ComparedVariant): string {
  return variant === null ? 'the code decides' : sanitize(variant);
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

function formatUsers(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'user' : 'users'}`;
}

function formatPercent(part: number, all: number): string {
  return `${Number(((100 * part) / all).toFixed(2))} %`;
}
