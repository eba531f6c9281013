import { type CookieProblem, decodeOverrides } from '../../../server-lib/wire.ts';
import type { CookiePair } from './page-port.ts';

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
export type OverridesChange = (overrides: Overrides) => Overrides;

/** Reads the override cookie called `name` among a page's cookies; the first counts, as on the server. */
export function readStored(cookies: readonly CookiePair[], name: string): StoredOverrides {
  const raw = cookies.find(([cookie]) => cookie === name)?.[1] ?? null;
  const reading = raw === null ? undefined : decodeOverrides(toByteString(raw), name);
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
export function overrideCount(stored: StoredOverrides): number {
  return stored.entries.size;
}

/** The raw value that holds `overrides`; empty where there are none, so that the cookie is deleted. */
export function cookieValue(overrides: Overrides): string {
  return overrides.size === 0 ? '' : encodeEntries(overrides);
}

/**
 * The entries as encodeOverrides writes them. That function takes strings alone; here an entry that was read as another
 * JSON value, and is not to change, is written as it was.
 */
export function encodeEntries(overrides: Overrides): string {
  const sorted = [...overrides].sort(([one], [other]) => (one < other ? -1 : 1));
  const members = sorted.map(([flag, variant]) => `${JSON.stringify(flag)}:${JSON.stringify(variant)}`);
  return encodeURIComponent(`{${members.join(',')}}`);
}

/** Sets one flag's override, or with `''` takes it away. */
export function setOverride(flag: string, variant: string): OverridesChange {
  return (overrides) => {
    const changed = new Map(overrides);
    if (variant === '') changed.delete(flag);
    else changed.set(flag, variant);
    return changed;
  };
}

// document.cookie is text; the server sees its UTF-8 octets, and so must the reader that both share.
function toByteString(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

/** What one edit of many overrides did, so that it can be taken back. */
export interface Undo {
  readonly kind: 'cleared' | 'applied';
  readonly before: Overrides;
  readonly after: Overrides;
  /** How many flags it concerned. */
  readonly count: number;
}

/** How an edit that made `after` of `before` is taken back; `undefined` where it changed nothing. */
export function createUndo(kind: Undo['kind'], before: Overrides, after: Overrides): Undo | undefined {
  const count = affectedFlags(before, after).filter((flag) => !isSameValue(before.get(flag), after.get(flag))).length;
  return count === 0 ? undefined : { kind, before, after, count };
}

/** Takes an edit back flag by flag; one that was chosen anew since stays as it was chosen. */
export function applyUndo({ before, after }: Undo): OverridesChange {
  return (overrides) => {
    const restored = new Map(overrides);
    for (const flag of affectedFlags(before, after)) {
      if (!isSameValue(overrides.get(flag), after.get(flag))) continue;
      if (before.has(flag)) restored.set(flag, before.get(flag));
      else restored.delete(flag);
    }
    return restored;
  };
}

// Values as JSON gives them; an entry that is no text may be an object.
const isSameValue = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function affectedFlags(before: Overrides, after: Overrides): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])];
}
