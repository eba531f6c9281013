import type { FlagDefinition } from '../core/flag.ts';
import { compileRules } from '../rules/compile-rules.ts';
import type { RulesDocument } from '../rules/rules-document.ts';
import { type Command, type Option, optionOf } from './command.ts';
import { EXIT } from './exit-code.ts';
import { flagsIn } from './flags-module.ts';
import { plain } from './paint.ts';
import { documentIn, type RulesText, textOfFile } from './rules-text.ts';

export const FLAGS_OPTION: Readonly<Record<string, Option>> = {
  flags: { value: 'module', help: 'a module that exports `flags`: every flag and variant must be among them' },
};

export const check: Command = {
  name: 'check',
  words: ['<rules.json>'],
  summary: 'tells whether servers would take a rules document',
  help: [
    'Says what is wrong with file, line and column, and which flags’ rules would be left out. Ends with 0 if nothing is.',
  ],
  options: FLAGS_OPTION,
  async run(invocation) {
    const rules = await textOfFile(invocation.words[0] ?? '');
    const module = optionOf(invocation, 'flags');
    const document = documentIn(rules);
    const problems = problemsIn(rules, document, module === undefined ? undefined : await flagsIn(module));
    const { paint } = invocation;
    const counted = `${document.flags.size} ${document.flags.size === 1 ? 'flag' : 'flags'}`;
    const verdict = problems.length === 0 ? paint.good('good') : paint.bad(`${problems.length} to look at`);
    return {
      exitCode: problems.length === 0 ? EXIT.ok : EXIT.refused,
      lines: [
        ...problems.map(({ message }) => `${paint.warn('!')} ${message}`),
        `${plain(rules.name)}: ${counted}, ${verdict}`,
      ],
      json: { ok: problems.length === 0, file: rules.name, flags: document.flags.size, problems },
    };
  },
};

export interface Problem {
  readonly code: string;
  readonly flag?: string | undefined;
  readonly message: string;
}

/** What in a valid document servers would leave out. */
export function problemsIn(
  { text }: RulesText,
  document: RulesDocument,
  flags: ReadonlyMap<string, FlagDefinition> | undefined,
): readonly Problem[] {
  const unusable = compileRules(text).notices.map(({ code, flag, message }) => ({
    code,
    flag,
    message: plain(message),
  }));
  const foreign = [...document.flags].flatMap(([flag, { variants }]) => {
    const known = flags?.get(flag)?.variants;
    const name = JSON.stringify(plain(flag));
    if (flags === undefined) return [];
    if (known === undefined) return [{ code: 'unknown-flag', flag, message: `Flag ${name} is none of the module’s` }];
    return [...variants.keys()]
      .filter((variant) => !known.includes(variant))
      .map((variant) => ({
        code: 'unknown-variant',
        flag,
        message: `Flag ${name}: ${JSON.stringify(plain(variant))} is not one of ${known.join(', ')}`,
      }));
  });
  return [...unusable, ...foreign];
}
