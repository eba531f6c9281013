import type { CookieProblem, IgnoredCode, ManifestFlag, Source } from '../../../server-lib/wire.ts';
import type { Browsing, Filter } from '../../app/flags/browsing-store.ts';
import type { OverrideWarning, StalePage } from '../../app/flags/flag-rows.ts';
import type { Ready } from '../../app/session/session-state.ts';
import { type MessageKey, t, tCount } from '../i18n/translate.ts';

const SOURCES: Readonly<Record<Source, MessageKey>> = {
  override: 'sourceOverride',
  user: 'sourceUser',
  rule: 'sourceRule',
  code: 'sourceCode',
  default: 'sourceDefault',
  error: 'sourceError',
  provider: 'sourceProvider',
};

/** How a rule chose its variant. Reasons that add nothing to "rule" are not listed. */
const RULE_REASONS: ReadonlyMap<string, MessageKey> = new Map([
  ['SPLIT', 'ruleSplit'],
  ['TARGETING_MATCH', 'ruleMatch'],
  ['DISABLED', 'ruleDisabled'],
]);

/** The source of a variant, as it is if it is unknown; for a rule also how it chose, if the server gave a reason. */
export function sourceText(source: string, reason = ''): string {
  const text = isSource(source) ? t(SOURCES[source]) : source;
  const how = source === 'rule' ? RULE_REASONS.get(reason) : undefined;
  return how === undefined ? text : `${text} · ${t(how)}`;
}

function isSource(source: string): source is Source {
  return Object.hasOwn(SOURCES, source);
}

/** The value of a variant as JSON, shortened; an empty string if it is the variant's name or an object. */
export function valueText({ values = {} }: ManifestFlag, variant: string): string {
  const value = Object.hasOwn(values, variant) ? values[variant] : variant;
  if (value === variant || typeof value === 'object') return '';
  const text = JSON.stringify(value);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

/** Whether a value is not shown in full beside its variant. */
export function hasMoreValues({ values = {} }: ManifestFlag): boolean {
  return Object.values(values).some((value) => JSON.stringify(value).length > MAX_LENGTH || typeof value === 'object');
}

const MAX_LENGTH = 40;

export function warningText(warning: OverrideWarning): string {
  return warning.kind === 'not-used' ? t('notUsed') : ignoredText(warning.code, warning.variant);
}

/** Why a page shows another variant than the server would use now. */
export function staleText({ shows, why }: StalePage): string {
  return t(STALE_PAGES[why], shows);
}

const STALE_PAGES: Readonly<Record<StalePage['why'], MessageKey>> = {
  'changed-since': 'staleChanged',
  cache: 'staleCache',
  history: 'staleHistory',
  worker: 'staleWorker',
};

/** Why the server ignores an override. */
export function ignoredText(code: IgnoredCode, variant: string): string {
  return t(IGNORED[code], variant);
}

const IGNORED: Readonly<Record<IgnoredCode, MessageKey>> = {
  'unknown-flag': 'ignoredUnknownFlag',
  'unknown-variant': 'ignoredUnknownVariant',
  'not-a-string': 'ignoredNotAString',
  locked: 'ignoredLocked',
  'out-of-scope': 'ignoredOutOfScope',
  'unknown-attribute': 'ignoredUnknownAttribute',
  'invalid-value': 'ignoredInvalidValue',
};

/** Facts about a site's flags as a whole, one per line. */
export function siteFacts({ manifest, dropped, stored }: Ready): readonly string[] {
  const { environment, overrides, flags } = manifest;
  const lines: readonly (string | false)[] = [
    overrides.state === 'disabled' &&
      (environment === undefined ? t('overridingDisabled') : t('overridingDisabledIn', environment)),
    overrides.state === 'grant-required' && overrides.grantUrl === undefined && t('overridingGranted'),
    stored.problem !== undefined && t(COOKIE_PROBLEMS[stored.problem]),
    dropped > 0 && tCount('dropped', dropped),
    flags.length === 0 && t('noFlags'),
  ];
  return lines.filter((line) => line !== false);
}

/** Facts about the search and the filter, one per line; `found` is the number of matching rows. */
export function listFacts(
  { manifest, record }: Ready,
  { search, filter }: Pick<Browsing, 'search' | 'filter'>,
  found: number,
): readonly string[] {
  if (manifest.flags.length === 0) return [];
  const { more } = record.document;
  if (found > 0) return filter === 'page' && more > 0 ? [tCount('moreOnPage', more)] : [];
  return [search === '' ? t(NOTHING_FOUND[filter]) : t('noMatch', search)];
}

const NOTHING_FOUND: Readonly<Record<Filter, MessageKey>> = {
  all: 'noFlags',
  overridden: 'noneOverridden',
  page: 'pageSaysNothing',
};

const COOKIE_PROBLEMS: Readonly<Record<CookieProblem, MessageKey>> = {
  malformed: 'cookieMalformed',
  'too-large': 'cookieTooLarge',
};
