import type { RulesDocument } from '../../rules/document/rules-document.ts';
import { type Command, hasOption, type Invocation, type Option, optionValue } from '../command.ts';
import { CommandError, EXIT } from '../exit.ts';
import { loadFlags } from '../flags-module.ts';
import { lintRules, type Problem } from '../lint-rules.ts';
import { formatLocation, parseRulesInput, type RulesInput, readRulesFile } from '../rules-input.ts';
import type { Colors } from '../terminal.ts';

/** The options of the commands that check a document. */
export const CHECK_OPTIONS: Readonly<Record<string, Option>> = {
  flags: { value: 'module', help: 'a module that exports `flags`; reports flags and variants that it does not have' },
  'allow-warnings': { help: 'accepts a document with problems if servers accept it' },
};

export const check: Command = {
  name: 'check',
  positionals: ['<rules.json>'],
  summary: 'checks a rules document for mistakes',
  help: [
    'Reports with file, line and column what flagd’s schema does not allow, which rules servers would leave out, and what is probably misspelt. Exits with 0 if there is none of these, or with --allow-warnings if servers accept the document.',
  ],
  options: CHECK_OPTIONS,
  async run(invocation) {
    const rules = await readRulesFile(invocation.positionals[0] ?? '');
    const { document, problems, warnings } = await checkRules(rules, invocation);
    const { colors } = invocation;
    const count = document.flags.size;
    const verdict =
      warnings === 0 ? colors.good('good') : colors.bad(`${warnings} problem${warnings === 1 ? '' : 's'}`);
    const isGood = warnings === 0 || hasOption(invocation, 'allow-warnings');
    return {
      exitCode: isGood ? EXIT.ok : EXIT.refused,
      lines: [
        ...problemLines(rules, problems, colors),
        `${formatLocation(rules.name)}: ${count} ${count === 1 ? 'flag' : 'flags'}, ${verdict}`,
      ],
      json: { ok: isGood, file: rules.name, flags: count, problems },
    };
  },
};

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
