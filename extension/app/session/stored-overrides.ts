import { type CookieProblem, decodeOverrides } from '../../../server-lib/wire.ts';
import type { CookiePair } from './page-port.ts';

/** The override cookie of a site in this browser. */
export interface StoredOverrides {
  /** The raw value; `null` if there is no cookie. */
  readonly raw: string | null;
  /** All entries, with values of any type; empty if the cookie cannot be read. */
  readonly entries: Overrides;
  /** The entries whose value is a string. */
  readonly variants: ReadonlyMap<string, string>;
  /** The flags whose value is not a string: servers ignore these entries. */
  readonly unusable: readonly string[];
  readonly problem?: CookieProblem;
}

/** The entries of an override cookie by flag. An entry whose value is not a string is kept until it is changed. */
export type Overrides = ReadonlyMap<string, unknown>;

/** A change of the overrides, applied to their latest state, so that two windows do not lose each other's edits. */
export type OverridesChange = (overrides: Overrides) => Overrides;

/** Reads the override cookie called `name` from a page's cookies; the first one counts, as on the server. */
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

/** The number of overrides in a cookie, usable or not. */
export function overrideCount(stored: StoredOverrides): number {
  return stored.entries.size;
}

/** The raw cookie value for `overrides`; empty if there are none, so that the cookie is deleted. */
export function cookieValue(overrides: Overrides): string {
  return overrides.size === 0 ? '' : encodeEntries(overrides);
}

/**
 * Encodes entries in the format of `encodeOverrides`. That function accepts only strings; this one writes an entry with
 * another JSON value back unchanged.
 */
export function encodeEntries(overrides: Overrides): string {
  const sorted = [...overrides].sort(([one], [other]) => (one < other ? -1 : 1));
  const members = sorted.map(([flag, variant]) => `${JSON.stringify(flag)}:${JSON.stringify(variant)}`);
  return encodeURIComponent(`{${members.join(',')}}`);
}

/** Sets one flag's override, or removes it if `variant` is `''`. */
export function setOverride(flag: string, variant: string): OverridesChange {
  return (overrides) => {
    const changed = new Map(overrides);
    if (variant === '') changed.delete(flag);
    else changed.set(flag, variant);
    return changed;
  };
}

// `document.cookie` is a string of characters; the server and the shared decoder read its UTF-8 bytes.
function toByteString(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

/** What is needed to undo an edit of several overrides. */
export interface Undo {
  readonly kind: 'cleared' | 'applied';
  readonly before: Overrides;
  readonly after: Overrides;
  /** The number of flags that it changed. */
  readonly count: number;
}

/** Creates the undo of an edit that changed `before` to `after`; `undefined` if nothing changed. */
export function createUndo(kind: Undo['kind'], before: Overrides, after: Overrides): Undo | undefined {
  const count = affectedFlags(before, after).filter((flag) => !isSameValue(before.get(flag), after.get(flag))).length;
  return count === 0 ? undefined : { kind, before, after, count };
}

/** Undoes an edit flag by flag; a flag whose override has changed again since is left as it is. */
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

// The values come from JSON; one that is not a string may be an object.
const isSameValue = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function affectedFlags(before: Overrides, after: Overrides): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])];
}
