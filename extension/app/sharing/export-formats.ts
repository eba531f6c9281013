import { displayString, type Manifest } from '../../../server-lib/wire.ts';
import type { PageRecord } from '../session/page-record.ts';
import type { Ready } from '../session/session-state.ts';
import { cookieValue } from '../session/stored-overrides.ts';
import { shareableUrl } from '../settings/site-urls.ts';
import { shareLink } from './share-link.ts';

/** The forms in which a person can take away what they see. */
export const EXPORT_FORMATS = ['link', 'json', 'curl', 'playwright', 'cypress', 'report'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Which programs a report is about, as they name themselves. */
export interface ProgramVersions {
  readonly browser: string;
  /** The extension's version. */
  readonly version: string;
}

/** The text that "Copy" of one form copies. */
export function exportText(
  format: ExportFormat,
  { record, manifest, cookie, stored }: Ready,
  versions: ProgramVersions,
): string {
  const overrides = stored.variants;
  const setup = { href: record.href, cookie: cookie.name, overrides };
  switch (format) {
    case 'link':
      return shareLink(record.href, overrides);
    case 'json':
      return overridesJson(overrides);
    case 'curl':
      return curlCommand(setup);
    case 'playwright':
      return playwrightLines(setup);
    case 'cypress':
      return cypressLines(setup);
    case 'report':
      return bugReport({ record, manifest, overrides, ...versions });
  }
}

/** What it takes to see a page elsewhere as it is seen here. */
export interface SharedSetup {
  /** The page's address. */
  readonly href: string;
  /** The name of the site's override cookie. */
  readonly cookie: string;
  readonly overrides: ReadonlyMap<string, string>;
}

/** The override cookie as a tool is told to set it: host-only, for every path, as the popup itself stores it. */
export interface SharedCookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly secure: boolean;
}

function sharedCookie({ href, cookie, overrides }: SharedSetup): SharedCookie {
  const { hostname, protocol } = new URL(href);
  const secure = protocol === 'https:' || cookie.startsWith('__'); // RFC 6265bis 4.1.3, as in set-cookie.ts
  return { name: cookie, value: cookieValue(overrides), domain: hostname, secure };
}

/** Overrides as JSON that a person can read, and that can be imported again: variants by flag, sorted. */
export function overridesJson(overrides: ReadonlyMap<string, string>): string {
  const sorted = [...overrides].sort(([one], [other]) => (one < other ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;
}

/** A command for a POSIX shell that fetches the page with these overrides. */
export function curlCommand(setup: SharedSetup): string {
  const { name, value } = sharedCookie(setup);
  // --globoff: brackets and braces in an address are its own, not a range of addresses.
  return `curl --globoff --cookie ${shellQuote(`${name}=${value}`)} ${shellQuote(shareableUrl(setup.href))}`;
}

// POSIX.1-2024, Shell Command Language 2.2.2: nothing is special between single quotes but a single quote.
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Lines for a Playwright test that open the page with these overrides. */
export function playwrightLines(setup: SharedSetup): string {
  const { name, value, domain, secure } = sharedCookie(setup);
  return `await page.context().addCookies([
  {
    name: ${JSON.stringify(name)},
    value: ${JSON.stringify(value)},
    domain: ${JSON.stringify(domain)},
    path: '/',
    secure: ${secure},
    sameSite: 'Lax',
  },
]);
await page.goto(${JSON.stringify(shareableUrl(setup.href))});
`;
}

/** Lines for a Cypress test that open the page with these overrides. */
export function cypressLines(setup: SharedSetup): string {
  const { name, value, domain, secure } = sharedCookie(setup);
  return `cy.setCookie(${JSON.stringify(name)}, ${JSON.stringify(value)}, {
  domain: ${JSON.stringify(domain)},
  hostOnly: true,
  path: '/',
  secure: ${secure},
  sameSite: 'lax',
});
cy.visit(${JSON.stringify(shareableUrl(setup.href))});
`;
}

/** What a bug report is made of. */
export interface BugReportInput {
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
export function bugReport({ record, manifest, overrides, browser, version }: BugReportInput): string {
  const { app, environment, revision } = manifest;
  const head = [
    `- Page: ${codeSpan(withoutQuery(record.href))}`,
    `- Loaded: ${new Date(record.loadedAt).toISOString()}, from ${codeSpan(record.delivery)}`,
    `- App: ${app === undefined ? 'not named' : codeSpan(app)}`,
    ...(environment === undefined ? [] : [`- Environment: ${codeSpan(environment)}`]),
    ...(revision === undefined ? [] : [`- Flag revision: ${codeSpan(revision)}`]),
    `- Browser: ${codeSpan(browser)}`,
    `- Gatekeeper: ${codeSpan(version)}`,
  ];
  const mine = [...overrides].map(([flag, variant]) => `- ${codeSpan(flag)}: ${codeSpan(variant)}`);
  const used = usedFlags(record).map(([flag, answer]) => `- ${codeSpan(flag)}: ${answer}`);
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
    answers.set(flag, known.add(`${codeSpan(variant)} (${source})`));
  }
  return [...answers].map(([flag, texts]) => [flag, [...texts].join(', then ')]);
}

function withoutQuery(href: string): string {
  const url = new URL(shareableUrl(href));
  const hadQuery = url.search !== '';
  url.search = '';
  return hadQuery ? `${url.href}?…` : url.href;
}

// CommonMark 6.1: a code span ends only at as many backticks as it began with.
function codeSpan(text: string): string {
  const shown = displayString(text)?.trim() || ' ';
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}
