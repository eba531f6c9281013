import type { CookieProblem, IgnoredCode, ManifestProblem, Source } from '../../server-lib/wire.ts';
import type { Browsing, Filter } from '../app/browsing.ts';
import type { Doubt } from '../app/flag-rows.ts';
import type { Absence, Problem } from '../app/manifest-outcome.ts';
import type { ClosedDetour, ErrandFailure } from '../app/ports.ts';
import type { Ready } from '../app/session-state.ts';
import type { StalePage } from '../app/site-rows.ts';
import { say, sayCount, type Word } from './words.ts';

/** What is said instead of the flags, or beside them. */
export interface Message {
  readonly tone: 'calm' | 'alert';
  readonly title: string;
  readonly text: string;
  /** Whether trying again can help. */
  readonly canRetry: boolean;
}

const SOURCES: Readonly<Record<Source, Word>> = {
  override: 'sourceOverride',
  user: 'sourceUser',
  rule: 'sourceRule',
  code: 'sourceCode',
  default: 'sourceDefault',
  error: 'sourceError',
};

/** How a rule came to its variant, where that says more than that there is one. */
const RULE_REASONS: ReadonlyMap<string, Word> = new Map([
  ['SPLIT', 'ruleSplit'],
  ['TARGETING_MATCH', 'ruleMatch'],
  ['DISABLED', 'ruleDisabled'],
]);

/** Where a variant came from, in a person's words; of a rule also how, if the server gave its reason. */
export function sourceText(source: Source, reason = ''): string {
  const how = source === 'rule' ? RULE_REASONS.get(reason) : undefined;
  return how === undefined ? say(SOURCES[source]) : `${say(SOURCES[source])} · ${say(how)}`;
}

export function pageMessage(failure: ErrandFailure): Message {
  switch (failure) {
    case 'not-a-web-page':
      return calm('notAWebPageTitle', say('notAWebPage'));
    case 'timed-out':
      return passing('pageBusyTitle', say('pageBusy'));
    case 'elsewhere':
      return passing('pageChangedTitle', say('pageChanged'));
    case 'refused':
      return calm('pageRefusedTitle', say('pageRefused'));
    case 'no-access':
      return calm('pageRefusedTitle', say('pageNoAccess'));
  }
}

export function absenceMessage(why: Absence): Message {
  return calm('noManifestTitle', absence(why));
}

function absence(why: Absence): string {
  switch (why.kind) {
    case 'status':
      return say('noManifestStatus', why.status);
    case 'media-type':
      return why.mediaType === '' ? say('noManifestNoMediaType') : say('noManifestMediaType', why.mediaType);
    case 'redirected':
      return say('noManifestRedirected');
  }
}

export function problemMessage(problem: Problem): Message {
  switch (problem.kind) {
    case 'server-error':
      return passing('serverErrorTitle', say('serverError', problem.status));
    case 'request-refused':
      return passing('requestRefusedTitle', say('requestRefused', problem.status));
    case 'timed-out':
      return passing('manifestLateTitle', say('manifestLate'));
    case 'unreachable':
      return passing('unreachableTitle', unreachability(problem.isUpgraded));
    case 'blocked-by-page':
      return lasting('blockedByPageTitle', say(BLOCKED[problem.detour]));
    case 'too-large':
      return lasting('manifestTooLargeTitle', say('manifestTooLarge'));
    case 'charset':
      return lasting('malformedTitle', say('malformedCharset', problem.charset));
    case 'malformed':
      return lasting('malformedTitle', malformation(problem.manifest));
  }
}

function unreachability(isUpgraded: boolean | 'perhaps'): string {
  if (isUpgraded === 'perhaps') return say('unreachableOnHttp');
  return isUpgraded ? say('unreachableUpgraded') : say('unreachable');
}

const BLOCKED: Readonly<Record<ClosedDetour, Word>> = {
  none: 'blockedByPage',
  'no-permission': 'blockedWithoutPermission',
  'other-session': 'blockedInOtherSession',
};

function malformation(problem: ManifestProblem): string {
  switch (problem.kind) {
    case 'not-json':
      return say('malformedJson');
    case 'not-a-manifest':
      return say('malformedManifest');
    case 'version':
      return say('malformedVersion', problem.version);
  }
}

export function doubtText(doubt: Doubt): string {
  return doubt.kind === 'not-used' ? say('notUsed') : ignoredText(doubt.code, doubt.variant);
}

/** Why a page shows another variant than it would by now. */
export function staleText({ shows, why }: StalePage): string {
  return say(STALE_PAGES[why], shows);
}

const STALE_PAGES: Readonly<Record<StalePage['why'], Word>> = {
  'changed-since': 'staleChanged',
  cache: 'staleCache',
  history: 'staleHistory',
  worker: 'staleWorker',
};

/** Why the server left an override out. */
export function ignoredText(code: IgnoredCode, variant: string): string {
  return say(IGNORED[code], variant);
}

const IGNORED: Readonly<Record<IgnoredCode, Word>> = {
  'unknown-flag': 'ignoredUnknownFlag',
  'unknown-variant': 'ignoredUnknownVariant',
  'not-a-string': 'ignoredNotAString',
  locked: 'ignoredLocked',
  'out-of-scope': 'ignoredOutOfScope',
};

/** What is to be said of a site's flags as a whole, a line each. */
export function siteFacts({ manifest, dropped, stored }: Ready): readonly string[] {
  const { environment, overrides, flags } = manifest;
  const lines: readonly (string | false)[] = [
    overrides.state === 'disabled' &&
      (environment === undefined ? say('overridingDisabled') : say('overridingDisabledIn', environment)),
    overrides.state === 'grant-required' && overrides.grantUrl === undefined && say('overridingGranted'),
    stored.problem !== undefined && say(COOKIE_PROBLEMS[stored.problem]),
    dropped > 0 && sayCount('dropped', dropped),
    flags.length === 0 && say('noFlags'),
  ];
  return lines.filter((line) => line !== false);
}

/** What is to be said of what a person looks for; `found` is how many rows there are. */
export function lookFacts(
  { manifest, record }: Ready,
  { search, filter }: Pick<Browsing, 'search' | 'filter'>,
  found: number,
): readonly string[] {
  if (manifest.flags.length === 0) return [];
  const { more } = record.document;
  if (found > 0) return filter === 'page' && more > 0 ? [sayCount('moreOnPage', more)] : [];
  return [search === '' ? say(NOTHING_FOUND[filter]) : say('noMatch', search)];
}

const NOTHING_FOUND: Readonly<Record<Filter, Word>> = {
  all: 'noFlags',
  overridden: 'noneOverridden',
  page: 'pageSaysNothing',
};

const COOKIE_PROBLEMS: Readonly<Record<CookieProblem, Word>> = {
  malformed: 'cookieMalformed',
  'too-large': 'cookieTooLarge',
};

const calm = (title: Word, text: string): Message => ({ tone: 'calm', title: say(title), text, canRetry: false });
export const lasting = (title: Word, text: string): Message => ({
  tone: 'alert',
  title: say(title),
  text,
  canRetry: false,
});
export const passing = (title: Word, text: string): Message => ({
  tone: 'alert',
  title: say(title),
  text,
  canRetry: true,
});
