import { type CookieProblem, decodeOverrides } from '../../server-lib/wire.ts';
import type { CookiePair } from './ports.ts';

/** The override cookie of a site as this browser holds it. */
export interface StoredOverrides {
  /** The raw value; `null` where there is no cookie. */
  readonly raw: string | null;
  /** Every entry, whatever its value is; empty where the cookie cannot be read. */
  readonly entries: Overrides;
  /** The entries that name a variant as text. */
  readonly variants: ReadonlyMap<string, string>;
  /** The flags whose entry is no text: no server uses them. */
  readonly unusable: readonly string[];
  readonly problem?: CookieProblem;
}

/** The entries of an override cookie by flag. One whose value is no text is kept until it is removed or replaced. */
export type Overrides = ReadonlyMap<string, unknown>;

/** A change of somebody's overrides: applied to whatever they are by then, so that two windows lose nothing. */
export type Change = (overrides: Overrides) => Overrides;

/** Reads the override cookie called `name` among a page's cookies; the first counts, as on the server. */
export function readStored(cookies: readonly CookiePair[], name: string): StoredOverrides {
  const raw = cookies.find(([cookie]) => cookie === name)?.[1] ?? null;
  const reading = raw === null ? undefined : decodeOverrides(octets(raw), name);
  const entries = reading?.kind === 'entries' ? [...reading.entries] : [];
  return {
    raw,
    entries: new Map(entries),
    variants: new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    unusable: entries.filter(([, variant]) => typeof variant !== 'string').map(([flag]) => flag),
    ...(reading?.kind === 'unreadable' ? { problem: reading.problem } : {}),
  };
}

/** How many overrides a cookie holds, usable or not. */
export function countOf(stored: StoredOverrides): number {
  return stored.entries.size;
}

/** The raw value that holds `overrides`; empty where there are none, so that the cookie is deleted. */
export function rawValueOf(overrides: Overrides): string {
  return overrides.size === 0 ? '' : encoded(overrides);
}

/**
 * The entries as encodeOverrides writes them. That function takes strings alone; here an entry that was read as another
 * JSON value, and is not to change, is written as it was.
 */
export function encoded(overrides: Overrides): string {
  const sorted = [...overrides].sort(([one], [other]) => (one < other ? -1 : 1));
  const members = sorted.map(([flag, variant]) => `${JSON.stringify(flag)}:${JSON.stringify(variant)}`);
  return encodeURIComponent(`{${members.join(',')}}`);
}

/** Sets one flag's override, or with `''` takes it away. */
export function choosing(flag: string, variant: string): Change {
  return (overrides) => {
    const changed = new Map(overrides);
    if (variant === '') changed.delete(flag);
    else changed.set(flag, variant);
    return changed;
  };
}

// document.cookie is text; the server sees its UTF-8 octets, and so must the reader that both share.
function octets(text: string): string {
  return Array.from(new TextEncoder().encode(text), (octet) => String.fromCharCode(octet)).join('');
}
