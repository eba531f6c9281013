import { displayString, type IgnoredCode, type Manifest, type ManifestFlag } from '../../../server-lib/wire.ts';
import type { Delivery } from '../session/page-port.ts';
import { type FlagUsage, flagUsages } from '../session/page-record.ts';
import { isManifestCurrent, type Ready } from '../session/session-state.ts';
import type { StoredOverrides } from '../session/stored-overrides.ts';

/** One flag as the popup shows it. */
export interface FlagRow {
  readonly flag: ManifestFlag;
  /** The variant in the cookie; `''` where there is no override, `undefined` where the cookie names no variant of it. */
  readonly chosen: string | undefined;
  /** Why nobody can choose here; `undefined` where one can. */
  readonly readOnly: 'locked' | 'site' | undefined;
  /** What is off between the override and what the server says. */
  readonly warning: OverrideWarning | undefined;
}

/** Why an override does not do what one would think. */
export type OverrideWarning =
  | { readonly kind: 'ignored'; readonly code: IgnoredCode; readonly variant: string }
  /** The server says that something else decided, and gives no reason. */
  | { readonly kind: 'not-used' };

/** An override in the cookie that belongs to no flag of the manifest. */
export interface OrphanOverride {
  /** As it stands in the cookie; show `label`. */
  readonly name: string;
  readonly label: string;
  readonly variant: string | undefined;
  /** The server's reason; `undefined` where it gives none: the flag may be hidden, and the override in force. */
  readonly code: IgnoredCode | undefined;
}

/**
 * The rows of a manifest with what this browser overrides, in the manifest's order. `isCurrent` tells whether the
 * manifest was fetched with these very overrides; if not, the server cannot be blamed for not using them yet.
 */
export function flagRows(manifest: Manifest, stored: StoredOverrides, isCurrent: boolean): readonly FlagRow[] {
  const ignored = ignoredCodes(manifest);
  return manifest.flags.map((flag) => ({
    flag,
    chosen: chosenVariant(flag, stored),
    readOnly: readOnlyReason(manifest, flag),
    warning: isCurrent ? overrideWarning(flag, stored, ignored) : undefined,
  }));
}

/** The overrides of flags that the manifest does not list. */
export function orphanOverrides(manifest: Manifest, stored: StoredOverrides): readonly OrphanOverride[] {
  const listed = new Set(manifest.flags.map(({ name }) => name));
  const codes = ignoredCodes(manifest);
  const entries: readonly (readonly [string, string?])[] = [
    ...stored.variants,
    ...stored.unusable.map((name) => [name] as const),
  ];
  return entries
    .filter(([name]) => !listed.has(name))
    .map(([name, variant]) => {
      const label = displayString(name) ?? '';
      return { name, label, variant: displayString(variant), code: codes.get(label) };
    });
}

function ignoredCodes(manifest: Manifest): ReadonlyMap<string, IgnoredCode> {
  return new Map(manifest.overrides.ignored.map(({ flag, code }) => [flag, code]));
}

/** The rows that a search text finds in a flag's name, description, tags, owner or variants. */
export function searchRows<Row extends FlagRow>(rows: readonly Row[], search: string): readonly Row[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter(({ flag }) => {
    const text = [flag.name, flag.description, flag.owner, ...(flag.tags ?? []), ...flag.variants].join('\n');
    const searched = text.toLowerCase();
    return words.every((word) => searched.includes(word));
  });
}

function chosenVariant({ name, variants }: ManifestFlag, stored: StoredOverrides): string | undefined {
  if (stored.unusable.includes(name)) return undefined;
  const variant = stored.variants.get(name);
  if (variant === undefined) return '';
  return variants.includes(variant) ? variant : undefined;
}

function readOnlyReason(manifest: Manifest, flag: ManifestFlag): FlagRow['readOnly'] {
  if (manifest.overrides.state !== 'enabled') return 'site';
  return flag.overridable ? undefined : 'locked';
}

function overrideWarning(
  flag: ManifestFlag,
  stored: StoredOverrides,
  ignored: ReadonlyMap<string, IgnoredCode>,
): OverrideWarning | undefined {
  if (stored.unusable.includes(flag.name)) return { kind: 'ignored', code: 'not-a-string', variant: '' };
  const variant = stored.variants.get(flag.name);
  if (variant === undefined) return undefined;
  const code = ignored.get(flag.name) ?? (flag.variants.includes(variant) ? undefined : 'unknown-variant');
  if (code !== undefined) return { kind: 'ignored', code, variant };
  if (flag.source === undefined) return undefined;
  // Another variant under our name: the server was sent another cookie than the one that can be read here.
  const isUsed = flag.source === 'override' && (flag.current ?? variant) === variant;
  return isUsed ? undefined : { kind: 'not-used' };
}

/** One flag with everything that is known of it: the cookie, the server and the page. */
export interface SiteRow extends FlagRow {
  /** How the page used the flag, as far as it says so. */
  readonly usage: FlagUsage | undefined;
  /** What the page shows although the server would answer otherwise by now. */
  readonly stale: StalePage | undefined;
  readonly isExpired: boolean;
  /** Why the override does nothing that would be missed. */
  readonly redundant: RedundantReason | undefined;
}

/** A page that shows another variant than it would if it were asked for now. */
export interface StalePage {
  readonly shows: string;
  readonly why: 'changed-since' | Exclude<Delivery, 'network'>;
}

/** `gone`: the flag has no such variant any more; `same`: the flag would have this variant anyway. */
export type RedundantReason = 'expired' | 'gone' | 'locked' | 'same';

/** The rows of a site. `today` is a date as `2026-11-22`: the last day of a flag is not past. */
export function siteRows(state: Ready, today: string): readonly SiteRow[] {
  const isCurrent = isManifestCurrent(state);
  const uses = flagUsages(state.record);
  return flagRows(state.manifest, state.stored, isCurrent).map((row) => {
    const usage = uses.get(row.flag.name);
    const isExpired = isPast(row.flag.expiresAt, today);
    return {
      ...row,
      usage,
      isExpired,
      stale: isCurrent ? stalePage(row, usage, state) : undefined,
      redundant: redundantReason(row, isExpired, isCurrent),
    };
  });
}

/** An override in the cookie that nobody would miss. */
export interface RedundantOverride {
  /** As it stands in the cookie; show `label`. */
  readonly name: string;
  readonly label: string;
}

/** The overrides that one click may clean up: of flags or variants that are gone or expired, or that change nothing. */
export function redundantOverrides(
  rows: readonly SiteRow[],
  orphans: readonly OrphanOverride[],
): readonly RedundantOverride[] {
  const flags = rows
    .filter(({ redundant: why }) => why !== undefined)
    .map(({ flag: { name } }) => ({ name, label: name }));
  // An override without the server's reason may be one of a hidden flag, and in force.
  const gone = orphans.filter(({ code }) => code !== undefined).map(({ name, label }) => ({ name, label }));
  return [...gone, ...flags];
}

function stalePage({ flag }: FlagRow, use: FlagUsage | undefined, { record, changed }: Ready): StalePage | undefined {
  const shows = use?.rendered ?? use?.latest;
  if (shows === undefined || flag.current === undefined || shows === flag.current) return undefined;
  const { delivery } = record;
  return { shows, why: changed || delivery === 'network' ? 'changed-since' : delivery };
}

function redundantReason(
  { flag, chosen, readOnly }: FlagRow,
  isExpired: boolean,
  isCurrent: boolean,
): RedundantReason | undefined {
  if (chosen === '' || readOnly === 'site') return undefined;
  if (readOnly === 'locked') return 'locked';
  if (chosen === undefined) return 'gone';
  if (isExpired) return 'expired';
  return isCurrent && flag.source === 'override' && flag.withoutOverride === chosen ? 'same' : undefined;
}

function isPast(date: string | undefined, today: string): boolean {
  const day = /^\d{4}-\d\d-\d\d/.exec(date ?? '')?.[0];
  return day !== undefined && day < today;
}
