import { CAPABILITIES, type Capability } from '../../server-lib/cli/conform/fixture.ts';
import type { Result } from '../../server-lib/cli/conform/run-checks.ts';

/** What one host keeps of a capability. */
export interface CapabilityResult {
  /** The number of checks that passed. */
  readonly passed: number;
  /** Why others are not possible there, by the name of the check, or of the capability if that holds for all. */
  readonly notPossible?: Readonly<Record<string, string>>;
}

export type HostResult = Readonly<Record<Capability, CapabilityResult>>;

/** The results of each host, by the name of its module. */
export type Results = Readonly<Record<string, { readonly name: string; readonly capabilities: HostResult }>>;

/** Summarizes the results of a run without failures, by capability. */
export function summarize(results: readonly Result[]): HostResult {
  const of = (capability: Capability): CapabilityResult => {
    const own = results.filter(({ name }) => name === capability || name.startsWith(`${capability}.`));
    const passed = own.filter(({ verdict }) => verdict === 'passed').length;
    const reasons = own.flatMap((one) => (one.verdict === 'not-possible' ? [[one.name, one.reason] as const] : []));
    if (reasons.length === 0) return { passed };
    const distinct = new Set(reasons.map(([, reason]) => reason));
    const isWhole = passed === 0 && distinct.size === 1;
    return { passed, notPossible: Object.fromEntries(isWhole ? [[capability, [...distinct][0] ?? '']] : reasons) };
  };
  return Object.fromEntries(CAPABILITIES.map((capability) => [capability, of(capability)])) as HostResult;
}

/** The table and the notes of docs/conformance.md: the checks that each host passes, and what is not possible there. */
function formatResults(results: Results): string {
  const notes: string[] = [];
  const noteFor = (text: string): number => {
    if (!notes.includes(text)) notes.push(text);
    return notes.indexOf(text) + 1;
  };
  const rows = Object.values(results).map(({ name, capabilities }) => [
    name,
    ...CAPABILITIES.map((capability) => {
      const { passed, notPossible = {} } = capabilities[capability];
      const numbers = Object.entries(notPossible).map(([name, reason]) => noteFor(`\`${name}\`: ${reason}`));
      const marks = numbers.map((number) => ` [${number}]`).join('');
      return `${passed === 0 ? 'not possible' : passed}${marks}`;
    }),
  ]);
  return [
    ...formatTable([['host', ...CAPABILITIES], ...rows]),
    '',
    ...notes.map((note, at) => `${at + 1}. ${note}`),
    '',
  ].join('\n');
}

function formatTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`);
  const [head = '', ...others] = lines;
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...others];
}

const [START, END] = ['<!-- results: npm run conformance -->\n\n', '\n<!-- end of the results -->'];

/** `page` with its results replaced. */
export function withResults(page: string, results: Results): string {
  const [start, end] = [page.indexOf(START) + START.length, page.indexOf(END)];
  return page.slice(0, start) + formatResults(results) + page.slice(end);
}
