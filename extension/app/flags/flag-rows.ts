import {
  displayString,
  type IgnoredCode,
  isContextKey,
  type Manifest,
  type ManifestFlag,
} from '../../../server-lib/wire.ts';
import type { Delivery } from '../session/page-port.ts';
import { type FlagUsage, flagUsages } from '../session/page-record.ts';
import { isManifestCurrent, type Ready } from '../session/session-state.ts';
import type { StoredOverrides } from '../session/stored-overrides.ts';

/** One flag as the popup shows it. */
export interface FlagRow {
  readonly flag: ManifestFlag;
  /** The variant in the cookie; `''` without an override, `undefined` if the cookie's value is not a variant. */
  readonly chosen: string | undefined;
  /** Why the flag is read-only; `undefined` if it can be overridden. */
  readonly readOnly: 'locked' | 'site' | undefined;
  /** How the override differs from the server's evaluation. */
  readonly warning: OverrideWarning | undefined;
}

/** Why an override has no effect. */
export type OverrideWarning =
  | { readonly kind: 'ignored'; readonly code: IgnoredCode; readonly variant: string }
  /** The server evaluated the flag from another source, and gives no reason. */
  | { readonly kind: 'not-used' };

/** An entry of the cookie for a flag that the manifest does not list, or of the simulated context. */
export interface OrphanOverride {
  /** The name exactly as in the cookie; display `label` instead. */
  readonly name: string;
  readonly label: string;
  readonly variant: string | undefined;
  /** Why the server ignores it; `undefined` if it gives no reason: the flag may be hidden and the override in use. */
  readonly code: IgnoredCode | undefined;
  /** Set if it may belong to another site on this host, which uses the same cookie. */
  readonly isElsewhere?: true;
}

/**
 * Combines the flags of a manifest with this browser's overrides, in the manifest's order. `isCurrent`: the manifest
 * was fetched with these overrides; otherwise the server has not received them yet, and the rows have no warnings.
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

/** The overrides of flags that the manifest does not list. `isShared`: other sites on this host use the same cookie. */
export function orphanOverrides(
  manifest: Manifest,
  stored: StoredOverrides,
  isShared = false,
): readonly OrphanOverride[] {
  const orphans = unlistedEntries(manifest, stored).filter(({ name }) => !isContextKey(name));
  return orphans.map((one) => (isShared && one.code === 'unknown-flag' ? { ...one, isElsewhere: true } : one));
}

/** All entries of the cookie that the manifest does not list as flags. */
export function unlistedEntries(manifest: Manifest, stored: StoredOverrides): readonly OrphanOverride[] {
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

/** The rows whose name, description, tags, owner, variants or values contain every word of the search. */
export function searchRows<Row extends FlagRow>(rows: readonly Row[], search: string): readonly Row[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter(({ flag }) => {
    const { name, description, owner, tags = [], variants, values } = flag;
    const text = [name, description, owner, ...tags, ...variants, JSON.stringify(values)].join('\n');
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
  // If the server reports an override with another variant, it received another cookie than the one that we can read.
  const isUsed = flag.source === 'override' && (flag.current ?? variant) === variant;
  return isUsed ? undefined : { kind: 'not-used' };
}

/** One flag with everything that is known about it from the cookie, the server and the page. */
export interface SiteRow extends FlagRow {
  /** How the page used the flag; `undefined` if it lists no use. */
  readonly usage: FlagUsage | undefined;
  /** Set if the page shows another variant than the server would use now. */
  readonly stale: StalePage | undefined;
  readonly isExpired: boolean;
  /** Why the override could be removed without effect. */
  readonly redundant: RedundantReason | undefined;
}

/** The page shows another variant than it would if it were loaded now. */
export interface StalePage {
  readonly shows: string;
  readonly why: 'changed-since' | Exclude<Delivery, 'network'>;
}

/** `gone`: the flag no longer has this variant; `same`: the flag has this variant without the override too. */
export type RedundantReason = 'expired' | 'gone' | 'locked' | 'same';

/** The rows of a site. `today` is a date such as `2026-11-22`; a flag expires after its last day. */
export function siteRows(state: Ready, today: string): readonly SiteRow[] {
  const isCurrent = isManifestCurrent(state);
  const usages = flagUsages(state.record);
  return flagRows(state.manifest, state.stored, isCurrent).map((row) => {
    const usage = usages.get(row.flag.name);
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

/** An override in the cookie that has no effect. */
export interface RedundantOverride {
  /** The name exactly as in the cookie; display `label` instead. */
  readonly name: string;
  readonly label: string;
}

/**
 * The overrides that "Clean up" removes: the flag or variant is gone, or expired, or the override changes nothing. Those
 * that may belong to another site stay.
 */
export function redundantOverrides(
  rows: readonly SiteRow[],
  orphans: readonly OrphanOverride[],
): readonly RedundantOverride[] {
  const flags = rows
    .filter(({ redundant: why }) => why !== undefined)
    .map(({ flag: { name } }) => ({ name, label: name }));
  // Without a reason from the server, the override may be for a hidden flag and in use.
  const gone = orphans
    .filter(({ code, isElsewhere }) => code !== undefined && !isElsewhere)
    .map(({ name, label }) => ({ name, label }));
  return [...gone, ...flags];
}

function stalePage({ flag }: FlagRow, usage: FlagUsage | undefined, { record, changed }: Ready): StalePage | undefined {
  const shows = usage?.rendered ?? usage?.latest;
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
