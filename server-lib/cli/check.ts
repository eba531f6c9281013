import type { CompiledFlag } from '../core/compiled-flag.ts';
import { noticesOf } from '../rules/notice.ts';
import type { RulesDocument } from '../rules/rules-document.ts';
import { compileRuleset } from '../rules/ruleset.ts';
import { sanitize } from '../wire/sanitize.ts';
import { type Command, type Option, optionOf } from './command.ts';
import { EXIT } from './exit-code.ts';
import { flagsIn } from './flags-module.ts';
import { documentIn, textOfFile } from './rules-text.ts';

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
    const problems = problemsIn(document, module === undefined ? undefined : await flagsIn(module));
    const { paint } = invocation;
    const counted = `${document.flags.size} ${document.flags.size === 1 ? 'flag' : 'flags'}`;
    const verdict = problems.length === 0 ? paint.good('good') : paint.bad(`${problems.length} to look at`);
    return {
      exitCode: problems.length === 0 ? EXIT.ok : EXIT.refused,
      lines: [
        ...problems.map(({ message }) => `${paint.warn('!')} ${message}`),
        `${sanitize(rules.name)}: ${counted}, ${verdict}`,
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

/** What in a valid document servers would leave out, in their own words; with their flags also what those do not know. */
export function problemsIn(
  document: RulesDocument,
  flags: ReadonlyMap<string, CompiledFlag> | undefined,
): readonly Problem[] {
  const notices = flags === undefined ? noticesOf(document) : compileRuleset(document, flags, () => {}).notices;
  return notices.map(({ code, flag, message }) => ({ code, flag, message: sanitize(message) }));
}
