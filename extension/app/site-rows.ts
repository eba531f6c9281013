import { type FlagRow, flagRows, type Leftover } from './flag-rows.ts';
import { type PageUse, pageUses } from './page-record.ts';
import type { Delivery } from './ports.ts';
import { isManifestCurrent, type Ready } from './session-state.ts';

/** One flag with everything that is known of it: the cookie, the server and the page. */
export interface SiteRow extends FlagRow {
  /** How the page used the flag, as far as it says so. */
  readonly use: PageUse | undefined;
  /** What the page shows although the server would answer otherwise by now. */
  readonly stale: StalePage | undefined;
  readonly isExpired: boolean;
  /** Why the override does nothing that would be missed. */
  readonly idle: Idle | undefined;
}

/** A page that shows another variant than it would if it were asked for now. */
export interface StalePage {
  readonly shows: string;
  readonly why: 'changed-since' | Exclude<Delivery, 'network'>;
}

/** `gone`: the flag has no such variant any more; `same`: the flag would have this variant anyway. */
export type Idle = 'expired' | 'gone' | 'locked' | 'same';

/** The rows of a site. `today` is a date as `2026-11-22`: the last day of a flag is not past. */
export function siteRows(state: Ready, today: string): readonly SiteRow[] {
  const isCurrent = isManifestCurrent(state);
  const uses = pageUses(state.record);
  return flagRows(state.manifest, state.stored, isCurrent).map((row) => {
    const use = uses.get(row.flag.name);
    const isExpired = isPast(row.flag.expiresAt, today);
    return {
      ...row,
      use,
      isExpired,
      stale: isCurrent ? stalePage(row, use, state) : undefined,
      idle: idle(row, isExpired, isCurrent),
    };
  });
}

/** An override in the cookie that nobody would miss. */
export interface IdleOverride {
  /** As it stands in the cookie; show `label`. */
  readonly name: string;
  readonly label: string;
}

/** The overrides that one click may clean up: of flags or variants that are gone or expired, or that change nothing. */
export function idleOverrides(rows: readonly SiteRow[], left: readonly Leftover[]): readonly IdleOverride[] {
  const flags = rows.filter(({ idle: why }) => why !== undefined).map(({ flag: { name } }) => ({ name, label: name }));
  // An override without the server's reason may be one of a hidden flag, and in force.
  const gone = left.filter(({ code }) => code !== undefined).map(({ name, label }) => ({ name, label }));
  return [...gone, ...flags];
}

function stalePage({ flag }: FlagRow, use: PageUse | undefined, { record, changed }: Ready): StalePage | undefined {
  const shows = use?.rendered ?? use?.latest;
  if (shows === undefined || flag.current === undefined || shows === flag.current) return undefined;
  const { delivery } = record;
  return { shows, why: changed || delivery === 'network' ? 'changed-since' : delivery };
}

function idle({ flag, chosen, readOnly }: FlagRow, isExpired: boolean, isCurrent: boolean): Idle | undefined {
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
