import { type Manifest, shownText } from '../../server-lib/wire.ts';
import { bareAddress } from './page-address.ts';
import type { PageRecord } from './page-record.ts';

/** What a bug report is made of. */
export interface ReportedPage {
  readonly record: PageRecord;
  readonly manifest: Manifest;
  readonly overrides: ReadonlyMap<string, string>;
  /** The browser as it names itself. */
  readonly browser: string;
  /** The extension's version. */
  readonly version: string;
}

/**
 * What a developer needs to know of a page with a bug, as Markdown, in English whoever writes it. Everything that the
 * site says stands in code spans, where it can neither link, mention nor load anything. The query is left out:
 * it may say who somebody is, and a report may be read by everybody.
 */
export function bugReport({ record, manifest, overrides, browser, version }: ReportedPage): string {
  const { app, environment, revision } = manifest;
  const head = [
    `- Page: ${code(withoutQuery(record.href))}`,
    `- Loaded: ${new Date(record.loadedAt).toISOString()}, from ${code(record.delivery)}`,
    `- App: ${app === undefined ? 'not named' : code(app)}`,
    ...(environment === undefined ? [] : [`- Environment: ${code(environment)}`]),
    ...(revision === undefined ? [] : [`- Flag revision: ${code(revision)}`]),
    `- Browser: ${code(browser)}`,
    `- Gatekeeper: ${code(version)}`,
  ];
  const mine = [...overrides].map(([flag, variant]) => `- ${code(flag)}: ${code(variant)}`);
  const used = usedFlags(record).map(([flag, answer]) => `- ${code(flag)}: ${answer}`);
  if (record.document.more > 0) used.push(`- and ${record.document.more} more`);
  return `${[
    '## Feature flags',
    head.join('\n'),
    '### My overrides',
    mine.join('\n') || 'None.',
    '### Flags that the page and its requests used',
    used.join('\n') || 'The page does not tell.',
  ].join('\n\n')}\n`;
}

// The same flag may be asked by the page and, with another answer, by its requests: each answer once.
function usedFlags({ document, requests }: PageRecord): readonly (readonly [flag: string, answer: string])[] {
  const answers = new Map<string, Set<string>>();
  const all = [document, ...requests.map(({ evaluations }) => evaluations)].flatMap(({ flags }) => flags);
  for (const { flag, variant, source } of all) {
    const known = answers.get(flag) ?? new Set();
    answers.set(flag, known.add(`${code(variant)} (${source})`));
  }
  return [...answers].map(([flag, texts]) => [flag, [...texts].join(', then ')]);
}

function withoutQuery(href: string): string {
  const url = new URL(bareAddress(href));
  const hadQuery = url.search !== '';
  url.search = '';
  return hadQuery ? `${url.href}?…` : url.href;
}

// CommonMark 6.1: a code span ends only at as many backticks as it began with.
function code(text: string): string {
  const shown = shownText(text)?.trim() || ' ';
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}
