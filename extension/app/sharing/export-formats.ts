import { displayString, isContextKey, type Manifest } from '../../../server-lib/wire.ts';
import type { PageRecord } from '../session/page-record.ts';
import type { Ready } from '../session/session-state.ts';
import { cookieValue } from '../session/stored-overrides.ts';
import { shareableUrl } from '../settings/site-urls.ts';
import { shareLink } from './share-link.ts';

/** The formats in which the user can copy the overrides. */
export const EXPORT_FORMATS = ['link', 'json', 'curl', 'playwright', 'cypress', 'report'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The versions of the browser and the extension, for a bug report. */
export interface ProgramVersions {
  /** The browser's user agent string. */
  readonly browser: string;
  /** The extension's version. */
  readonly version: string;
}

/** The string that the "Copy" button of a format copies. */
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

/** What another browser needs to show the page with the same overrides. */
export interface SharedSetup {
  /** The page's URL. */
  readonly href: string;
  /** The name of the site's override cookie. */
  readonly cookie: string;
  readonly overrides: ReadonlyMap<string, string>;
}

/** The override cookie for another tool to set: host-only and for every path, as the popup stores it. */
interface SharedCookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly secure: boolean;
}

function sharedCookie({ href, cookie, overrides }: SharedSetup): SharedCookie {
  const { hostname, protocol } = new URL(href);
  const secure = protocol === 'https:' || cookie.startsWith('__'); // RFC 6265bis 4.1.3, as in `serializeOverrideCookie`
  return { name: cookie, value: cookieValue(overrides), domain: hostname, secure };
}

/** The overrides as readable JSON that can be imported again: variants by flag, sorted. */
export function overridesJson(overrides: ReadonlyMap<string, string>): string {
  const sorted = [...overrides].sort(([one], [other]) => (one < other ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;
}

/** A command for a POSIX shell that fetches the page with these overrides. */
export function curlCommand(setup: SharedSetup): string {
  const { name, value } = sharedCookie(setup);
  // --globoff: curl must not read brackets and braces in the URL as a range of URLs.
  return `curl --globoff --cookie ${shellQuote(`${name}=${value}`)} ${shellQuote(shareableUrl(setup.href))}`;
}

// POSIX.1-2024, Shell Command Language 2.2.2: between single quotes, only a single quote is special.
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Playwright code that opens the page with these overrides. */
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

/** Cypress code that opens the page with these overrides. */
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

/** The content of a bug report. */
export interface BugReportInput {
  readonly record: PageRecord;
  readonly manifest: Manifest;
  readonly overrides: ReadonlyMap<string, string>;
  /** The browser's user agent string. */
  readonly browser: string;
  /** The extension's version. */
  readonly version: string;
}

/**
 * A bug report about a page for its developers, as Markdown, always in English. Every string of the site is in a code
 * span, where it cannot link, mention or load anything. The query of the URL is left out: it may identify the user, and
 * the report may be public.
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
  const entries = [...overrides].map(([name, value]) => ({ name, line: `- ${codeSpan(name)}: ${codeSpan(value)}` }));
  const mine = entries.filter(({ name }) => !isContextKey(name)).map(({ line }) => line);
  const simulated = entries.filter(({ name }) => isContextKey(name)).map(({ line }) => line);
  const used = usedFlags(record).map(([flag, variants]) => `- ${codeSpan(flag)}: ${variants}`);
  if (record.document.more > 0) used.push(`- and ${record.document.more} more`);
  return `${[
    '## Feature flags',
    head.join('\n'),
    '### My overrides',
    mine.join('\n') || 'None.',
    ...(simulated.length === 0 ? [] : ['### Simulated context', simulated.join('\n')]),
    '### Flags that the page and its requests used',
    used.join('\n') || 'The page does not list any.',
  ].join('\n\n')}\n`;
}

// The page and its requests may have evaluated the same flag to different variants: each variant is listed once.
function usedFlags({ document, requests }: PageRecord): readonly (readonly [flag: string, variants: string])[] {
  const variants = new Map<string, Set<string>>();
  const all = [document, ...requests.map(({ evaluations }) => evaluations)].flatMap(({ flags }) => flags);
  for (const { flag, variant, source } of all) {
    const known = variants.get(flag) ?? new Set();
    variants.set(flag, known.add(`${codeSpan(variant)} (${source})`));
  }
  return [...variants].map(([flag, texts]) => [flag, [...texts].join(', then ')]);
}

function withoutQuery(href: string): string {
  const url = new URL(shareableUrl(href));
  const hadQuery = url.search !== '';
  url.search = '';
  return hadQuery ? `${url.href}?…` : url.href;
}

// CommonMark 6.1: a code span ends with as many backticks as it began with.
function codeSpan(text: string): string {
  const shown = displayString(text)?.trim() || ' ';
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}
