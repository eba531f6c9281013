import type { CompiledFlag } from '../../core/flags/compiled-flag.ts';
import { quoted } from '../../core/values.ts';
import type { RulesDocument } from '../../rules/document/rules-document.ts';
import { sanitize } from '../../wire/sanitize.ts';
import { type Command, hasOption, type Invocation, type Option, type Outcome, optionValue } from '../command.ts';
import { CommandError, EXIT, type ExitCode } from '../exit.ts';
import { loadFlags } from '../flags-module.ts';
import { lintRules, type Problem } from '../lint-rules.ts';
import { formatLocation, parseRulesInput, type RulesInput, readRulesFile } from '../rules-input.ts';
import type { Colors } from '../terminal.ts';
import { readTime } from './explain.ts';

/** The options of the commands that check a document. */
export const CHECK_OPTIONS: Readonly<Record<string, Option>> = {
  flags: { value: 'module', help: 'a module that exports `flags`; reports flags and variants that it does not have' },
  'allow-warnings': { help: 'accepts a document with problems if servers accept it' },
};

export const check: Command = {
  name: 'check',
  positionals: ['[rules.json...]'],
  summary: 'checks rules documents for mistakes, or the code for flags that should be gone',
  help: [
    'Reports with file, line and column what flagd’s schema does not allow, which rules servers would leave out, and what is probably misspelt. Exits with 0 if there is none of these, or with --allow-warnings if servers accept the documents.',
    'With --expired, also reports the flags of --flags whose expiresAt is past; then no document is needed.',
  ],
  options: {
    ...CHECK_OPTIONS,
    expired: { help: 'reports flags that should be gone from the code: their expiresAt is past' },
    at: { value: 'time', help: 'with --expired, what will be past at another time: 2027-01-01' },
  },
  examples: [
    ['check rules.json --flags flags.js', 'also compares with the flags of the code'],
    ['check rules/*.json --json', 'checks several documents, for a script'],
    ['check --expired --flags flags.js', 'lists the flags that should be gone from the code'],
  ],
  async run(invocation) {
    const files = invocation.positionals;
    const expired = await findExpired(invocation);
    if (files.length === 0 && expired === undefined) {
      throw new CommandError(EXIT.usage, '<rules.json> is missing; see gatekeeper-flags check --help');
    }
    // With one file, a refusal is an error. With several, the others are checked, too.
    const checked: readonly CheckedFile[] =
      files.length === 1
        ? [await checkFile(files[0] as string, invocation)]
        : await inOrder(files, (file) => checkFile(file, invocation).catch(refusedFile(file, invocation.colors)));
    const all = expired === undefined ? checked : [...checked, expired];
    const exitCode = Math.max(...all.map((one) => one.exitCode)) as ExitCode;
    const ok = exitCode === EXIT.ok;
    return {
      exitCode,
      lines: all.flatMap(({ lines }) => lines),
      json: {
        ok,
        ...(files.length === 1 ? checked[0]?.json : files.length > 1 && { files: checked.map(({ json }) => json) }),
        ...expired?.json,
      },
    };
  },
};

/** The result for one file, or for the flags of the code. */
type CheckedFile = Pick<Outcome, 'exitCode' | 'lines' | 'json'>;

async function checkFile(file: string, invocation: Invocation): Promise<CheckedFile> {
  const rules = await readRulesFile(file);
  const { document, problems, warnings } = await checkRules(rules, invocation);
  const { colors } = invocation;
  const count = document.flags.size;
  const isGood = warnings === 0 || hasOption(invocation, 'allow-warnings');
  return {
    exitCode: isGood ? EXIT.ok : EXIT.refused,
    lines: [
      ...problemLines(rules, problems, colors),
      `${formatLocation(rules.name)}: ${count} ${count === 1 ? 'flag' : 'flags'}, ${verdict(warnings, colors)}`,
    ],
    json: { ...(invocation.positionals.length > 1 && { ok: isGood }), file: rules.name, flags: count, problems },
  };
}

function verdict(problems: number, { good, bad }: Colors): string {
  return problems === 0 ? good('good') : bad(`${problems} problem${problems === 1 ? '' : 's'}`);
}

function refusedFile(file: string, colors: Colors): (error: unknown) => CheckedFile {
  return (error) => {
    if (!(error instanceof CommandError) || error.exitCode === EXIT.usage) throw error;
    const { exitCode, message, details } = error;
    const json = { ok: false, file, exitCode, message, ...details };
    return { exitCode, lines: message.split('\n').map((line) => `${colors.bad('error')} ${line}`), json };
  };
}

async function inOrder<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** The flags of the code whose `expiresAt` is past; `undefined` without `--expired`. */
async function findExpired(invocation: Invocation): Promise<CheckedFile | undefined> {
  const module = optionValue(invocation, 'flags');
  const now = readTime(invocation);
  if (!hasOption(invocation, 'expired')) {
    if (now !== undefined) throw new CommandError(EXIT.usage, '--at needs --expired; add it, or remove --at');
    return undefined;
  }
  if (module === undefined) throw new CommandError(EXIT.usage, '--expired needs --flags <module>, which has the dates');
  const flags = await loadFlags(module);
  const today = (now ?? new Date()).toISOString().slice(0, ISO_DAY);
  const found = [...flags.values()].flatMap((flag) => expiryOf(flag, today));
  const { colors } = invocation;
  const isGood = found.length === 0 || hasOption(invocation, 'allow-warnings');
  return {
    exitCode: isGood ? EXIT.ok : EXIT.refused,
    lines: [
      ...found.map(({ message }) => `${colors.warn('!')} ${formatLocation(module)}: ${message}`),
      `${formatLocation(module)}: ${flags.size} ${flags.size === 1 ? 'flag' : 'flags'}, ${verdict(found.length, colors)}`,
    ],
    json: { expired: found.map(({ message: _, ...flag }) => flag) },
  };
}

const ISO_DAY = '2027-01-01'.length;

interface Expiry {
  readonly flag: string;
  readonly expiresAt: string;
  /** `false` if it is not a date. */
  readonly isDate: boolean;
  readonly owner: string | null;
  readonly url: string | null;
  readonly message: string;
}

function expiryOf({ name, definition }: CompiledFlag, today: string): readonly Expiry[] {
  const { expiresAt, owner, url } = definition;
  if (expiresAt === undefined) return [];
  const day = expiresAt.slice(0, ISO_DAY);
  const isDate = /^\d{4}-\d\d-\d\d(?:T|$)/.test(expiresAt) && Number.isFinite(Date.parse(expiresAt));
  if (isDate && day >= today) return [];
  const by = [owner === undefined ? [] : `owner: ${owner}`, url ?? []].flat().join(', ');
  const what = isDate
    ? `has expired on ${day}${by === '' ? '' : ` (${by})`}; remove it from the code, or set a later expiresAt`
    : `expiresAt must be a date such as 2027-03-01; got ${quoted(expiresAt)}`;
  const message = sanitize(isDate ? `Flag ${name} ${what}` : `Flag ${name}: ${what}`);
  return [{ flag: name, expiresAt, isDate, owner: owner ?? null, url: url ?? null, message }];
}

export interface CheckResult {
  readonly document: RulesDocument;
  readonly problems: readonly Problem[];
  /** The number of problems that are not notes. */
  readonly warnings: number;
}

/** Checks a document. Throws if servers refuse it, or, without `--allow-warnings`, if flagd's schema does not allow it. */
export async function checkRules(rules: RulesInput, invocation: Invocation): Promise<CheckResult> {
  const document = parseRulesInput(rules);
  const module = optionValue(invocation, 'flags');
  const problems = lintRules(rules.text, module === undefined ? undefined : await loadFlags(module));
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0 && !hasOption(invocation, 'allow-warnings')) throw refusedError(rules, errors, problems);
  return { document, problems, warnings: problems.filter(({ severity }) => severity !== 'note').length };
}

/** One line for each problem: the first hundred, and the number of the others. */
export function problemLines({ name }: RulesInput, problems: readonly Problem[], colors: Colors): readonly string[] {
  const lines = problems.slice(0, MAX_LINES).map(({ severity, message, line, column }) => {
    const sign = severity === 'note' ? colors.quiet('i') : colors.warn('!');
    return `${sign} ${formatLocation(name, line, column)}: ${message}`;
  });
  const more = problems.length - MAX_LINES;
  return more > 0 ? [...lines, `${colors.warn('!')} … and ${more} more; --json lists them all`] : lines;
}

const MAX_LINES = 100;

function refusedError({ name }: RulesInput, errors: readonly Problem[], problems: readonly Problem[]): CommandError {
  const lines = errors.slice(0, MAX_LINES).map(({ message, line, column }) => {
    return `${formatLocation(name, line, column)}: The rules document is refused: ${message}`;
  });
  const more = errors.length > MAX_LINES ? [`… and ${errors.length - MAX_LINES} more; --json lists them all`] : [];
  const { line, column } = errors[0] ?? {};
  return new CommandError(EXIT.refused, [...lines, ...more].join('\n'), {
    code: 'ERR_GK_RULES_SCHEMA',
    file: name,
    ...(line !== undefined && { line, column }),
    problems,
  });
}
