import { type IgnoredCode, type Manifest, shownText } from '../../server-lib/wire.ts';
import { excessOf } from './cookie-edit.ts';
import type { Ready } from './session-state.ts';
import { type Change, type Overrides, rawValueOf } from './stored-overrides.ts';

/** Overrides that somebody proposes, flag by flag: from a link, a file or a site, so anything may stand there. */
export type Proposed = ReadonlyMap<string, unknown>;

/** Beside the overrides that are there, or in their place. */
export type ApplyMode = 'add' | 'replace';

/**
 * What would become of one flag's override. Texts are fit to be shown; `undefined` is no override, and `''` what the
 * cookie holds in place of a variant.
 */
export interface PlannedChange {
  readonly flag: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** An entry that would be left out, and why: the server would not use it either. */
export interface Refused {
  readonly flag: string;
  /** The variant proposed; `undefined` where it is not even a text. */
  readonly variant: string | undefined;
  readonly code: Exclude<IgnoredCode, 'out-of-scope'>;
}

/** What proposed overrides would do to those that are there. */
export interface OverridePlan {
  readonly changes: readonly PlannedChange[];
  /** Flags that are overridden like that already. */
  readonly same: readonly PlannedChange[];
  readonly refused: readonly Refused[];
  /** Octets by which the cookie would be too large; 0 where it fits. */
  readonly excess: number;
}

/** What applying `proposed` would do, without doing it. */
export function overridePlan(site: Ready, proposed: Proposed, mode: ApplyMode): OverridePlan {
  const { entries: before } = site.stored;
  const taken = acceptable(site.manifest, proposed);
  const after = applying(taken, mode)(before);
  const all = [...new Set([...after.keys(), ...before.keys()])].map((flag) => ({
    flag,
    from: variantIn(before, flag),
    to: variantIn(after, flag),
  }));
  const changes = all.filter(({ from, to }) => from !== to);
  const excess = changes.length === 0 ? 0 : excessOf(site, site.stored, rawValueOf(after));
  return {
    changes: changes.map(shown),
    same: all.filter(({ flag, from, to }) => from === to && taken.has(flag)).map(shown),
    refused: refusals(site.manifest, proposed),
    excess: Math.max(0, excess),
  };
}

// `''` for an entry that is no text.
function variantIn(overrides: Overrides, flag: string): string | undefined {
  const variant = overrides.get(flag);
  return typeof variant === 'string' || !overrides.has(flag) ? (variant as string | undefined) : '';
}

/** The proposed overrides that the site takes: of its listed flags, to one of their variants, and not locked. */
export function acceptable(manifest: Manifest, proposed: Proposed): ReadonlyMap<string, string> {
  const flags = new Map(manifest.flags.map((flag) => [flag.name, flag]));
  const entries = [...proposed].filter((entry): entry is [string, string] => {
    const flag = flags.get(entry[0]);
    return flag?.overridable === true && typeof entry[1] === 'string' && flag.variants.includes(entry[1]);
  });
  return new Map(entries);
}

/** Applies overrides that the site takes. */
export function applying(overrides: ReadonlyMap<string, string>, mode: ApplyMode): Change {
  return (stored) => (mode === 'add' ? new Map([...stored, ...overrides]) : overrides);
}

function refusals(manifest: Manifest, proposed: Proposed): readonly Refused[] {
  const taken = acceptable(manifest, proposed);
  const flags = new Map(manifest.flags.map((flag) => [flag.name, flag]));
  return [...proposed]
    .filter(([name]) => !taken.has(name))
    .map(([name, variant]) => {
      const flag = flags.get(name);
      return { flag: shownText(name) ?? '', variant: shownText(variant), code: codeOf(flag, variant) };
    });
}

// In the order in which the server looks (server-lib/core/overrides.ts).
function codeOf(flag: Manifest['flags'][number] | undefined, variant: unknown): Refused['code'] {
  if (flag === undefined) return 'unknown-flag';
  if (typeof variant !== 'string') return 'not-a-string';
  return flag.overridable ? 'unknown-variant' : 'locked';
}

function shown({ flag, from, to }: PlannedChange): PlannedChange {
  return { flag: shownText(flag) ?? '', from: shownText(from), to: shownText(to) };
}
