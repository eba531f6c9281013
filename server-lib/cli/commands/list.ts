import { type RuleDefinition, revisionOf } from '../../rules/document/rules-document.ts';
import { sanitize } from '../../wire/sanitize.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit.ts';
import { parseRulesInput, readRulesInput } from '../rules-input.ts';
import { FILE_OR_STORE_OPTIONS } from '../rules-store.ts';
import { formatTable, formatVariant } from '../terminal.ts';

export const list: Command = {
  name: 'list',
  positionals: ['[rules.json]'],
  summary: 'lists the flags of a rules document',
  help: ['Reads Redis with --redis, PostgreSQL with --postgres, else the file, else rules.json.'],
  options: FILE_OR_STORE_OPTIONS,
  examples: [
    ['list rules.json', 'lists the flags of a file'],
    ['list --redis redis://localhost:6379', 'lists the flags that are in force'],
  ],
  async run(invocation) {
    const rules = await readRulesInput(invocation, invocation.positionals[0]);
    const document = parseRulesInput(rules);
    const flags = [...document.flags].map(([flag, rule]) => ({ flag, ...summaryOf(rule) }));
    const { strong, quiet, warn } = invocation.colors;
    const rows = flags.map(({ flag, state, values, defaultVariant, targeting }) => [
      flag,
      state === 'ENABLED' ? '' : 'off',
      defaultVariant === null ? 'the default in code' : defaultVariant,
      targeting === null ? 'for all' : `targeted by ${targeting}`,
      Object.entries(values)
        .map(([variant, value]) => formatVariant(variant, value))
        .join(', '),
    ]);
    return {
      exitCode: EXIT.ok,
      lines: formatTable(
        rows.map((row) => row.map((text) => sanitize(text))),
        [strong, warn, String, String, quiet],
      ),
      header: rules.header,
      json: { ok: true, source: rules.source, revision: revisionOf(rules.text), flags },
    };
  },
};

function summaryOf({ state, variants, defaultVariant, targeting }: RuleDefinition) {
  const isTargeted = typeof targeting === 'object' && targeting !== null;
  return {
    state,
    variants: [...variants.keys()],
    values: Object.fromEntries(variants),
    defaultVariant: defaultVariant ?? null,
    targeting: isTargeted ? Object.keys(targeting).join(', ') : null,
  };
}
