import type { RulesDocument } from '../rules/rules-document.ts';
import { type Command, type Invocation, isGiven, type Option, optionOf } from './command.ts';
import { CommandError, EXIT } from './exit-code.ts';
import { flagsIn } from './flags-module.ts';
import { type Problem, problemsIn } from './inspect.ts';
import type { Paint } from './paint.ts';
import { documentIn, placed, type RulesText, textOfFile } from './rules-text.ts';

/** The options of the commands that check a document. */
export const CHECK_OPTIONS: Readonly<Record<string, Option>> = {
  flags: { value: 'module', help: 'a module that exports `flags`: every flag and variant must be among them' },
  'allow-warnings': { help: 'go on with a document that has something to look at, if servers take it' },
};

export const check: Command = {
  name: 'check',
  words: ['<rules.json>'],
  summary: 'tells whether a rules document is what its author means',
  help: [
    'Says with file, line and column what flagd’s schema does not allow, which flags’ rules servers would leave out, and what was probably misspelt. Ends with 0 if nothing is, or with --allow-warnings if servers take the document.',
  ],
  options: CHECK_OPTIONS,
  async run(invocation) {
    const rules = await textOfFile(invocation.words[0] ?? '');
    const { document, problems, warnings } = await checked(rules, invocation);
    const { paint } = invocation;
    const count = document.flags.size;
    const verdict = warnings === 0 ? paint.good('good') : paint.bad(`${warnings} to look at`);
    const isGood = warnings === 0 || isGiven(invocation, 'allow-warnings');
    return {
      exitCode: isGood ? EXIT.ok : EXIT.refused,
      lines: [
        ...problemLines(rules, problems, paint),
        `${placed(rules.name)}: ${count} ${count === 1 ? 'flag' : 'flags'}, ${verdict}`,
      ],
      json: { ok: isGood, file: rules.name, flags: count, problems },
    };
  },
};

export interface Checked {
  readonly document: RulesDocument;
  readonly problems: readonly Problem[];
  /** How many of them are more than notes. */
  readonly warnings: number;
}

/** Checks a document; throws where servers refuse it, and for what the schema does not allow unless warnings may be. */
export async function checked(rules: RulesText, invocation: Invocation): Promise<Checked> {
  const document = documentIn(rules);
  const module = optionOf(invocation, 'flags');
  const problems = problemsIn(rules.text, module === undefined ? undefined : await flagsIn(module));
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0 && !isGiven(invocation, 'allow-warnings')) throw refused(rules, errors, problems);
  return { document, problems, warnings: problems.filter(({ severity }) => severity !== 'note').length };
}

/** The problems for people: the first hundred, and how many more there are. */
export function problemLines({ name }: RulesText, problems: readonly Problem[], paint: Paint): readonly string[] {
  const lines = problems.slice(0, MOST_LINES).map(({ severity, message, line, column }) => {
    const sign = severity === 'note' ? paint.quiet('i') : paint.warn('!');
    return `${sign} ${placed(name, line, column)}: ${message}`;
  });
  const more = problems.length - MOST_LINES;
  return more > 0 ? [...lines, `${paint.warn('!')} … and ${more} more; --json lists them all`] : lines;
}

const MOST_LINES = 100;

function refused({ name }: RulesText, errors: readonly Problem[], problems: readonly Problem[]): CommandError {
  const lines = errors.slice(0, MOST_LINES).map(({ message, line, column }) => {
    return `${placed(name, line, column)}: The rules document is refused: ${message}`;
  });
  const more = errors.length > MOST_LINES ? [`… and ${errors.length - MOST_LINES} more; --json lists them all`] : [];
  const { line, column } = errors[0] ?? {};
  return new CommandError(EXIT.refused, [...lines, ...more].join('\n'), {
    code: 'ERR_GK_RULES_SCHEMA',
    file: name,
    ...(line !== undefined && { line, column }),
    problems,
  });
}
