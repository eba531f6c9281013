import { displayString, type IgnoredCode, type Manifest } from '../../../server-lib/wire.ts';
import { excessBytes } from '../session/cookie-edit.ts';
import type { Ready } from '../session/session-state.ts';
import { cookieValue, type Overrides, type OverridesChange } from '../session/stored-overrides.ts';

/** Overrides that somebody proposes, flag by flag: from a link, a file or a site, so anything may stand there. */
export type ProposedOverrides = ReadonlyMap<string, unknown>;

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
export interface RefusedOverride {
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
  readonly refused: readonly RefusedOverride[];
  /** Octets by which the cookie would be too large; 0 where it fits. */
  readonly excess: number;
}

/** What applying `proposed` would do, without doing it. */
export function planOverrides(site: Ready, proposed: ProposedOverrides, mode: ApplyMode): OverridePlan {
  const { entries: before } = site.stored;
  const taken = acceptedOverrides(site.manifest, proposed);
  const after = applyOverrides(taken, mode)(before);
  const all = [...new Set([...after.keys(), ...before.keys()])].map((flag) => ({
    flag,
    from: variantIn(before, flag),
    to: variantIn(after, flag),
  }));
  const changes = all.filter(({ from, to }) => from !== to);
  const excess = changes.length === 0 ? 0 : excessBytes(site, site.stored, cookieValue(after));
  return {
    changes: changes.map(toDisplay),
    same: all.filter(({ flag, from, to }) => from === to && taken.has(flag)).map(toDisplay),
    refused: refusedOverrides(site.manifest, proposed),
    excess: Math.max(0, excess),
  };
}

// `''` for an entry that is no text.
function variantIn(overrides: Overrides, flag: string): string | undefined {
  const variant = overrides.get(flag);
  return typeof variant === 'string' || !overrides.has(flag) ? (variant as string | undefined) : '';
}

/** The proposed overrides that the site takes: of its listed flags, to one of their variants, and not locked. */
export function acceptedOverrides(manifest: Manifest, proposed: ProposedOverrides): ReadonlyMap<string, string> {
  const flags = new Map(manifest.flags.map((flag) => [flag.name, flag]));
  const entries = [...proposed].filter((entry): entry is [string, string] => {
    const flag = flags.get(entry[0]);
    return flag?.overridable === true && typeof entry[1] === 'string' && flag.variants.includes(entry[1]);
  });
  return new Map(entries);
}

/** Applies overrides that the site takes. */
export function applyOverrides(overrides: ReadonlyMap<string, string>, mode: ApplyMode): OverridesChange {
  return (stored) => (mode === 'add' ? new Map([...stored, ...overrides]) : overrides);
}

function refusedOverrides(manifest: Manifest, proposed: ProposedOverrides): readonly RefusedOverride[] {
  const taken = acceptedOverrides(manifest, proposed);
  const flags = new Map(manifest.flags.map((flag) => [flag.name, flag]));
  return [...proposed]
    .filter(([name]) => !taken.has(name))
    .map(([name, variant]) => {
      const flag = flags.get(name);
      return { flag: displayString(name) ?? '', variant: displayString(variant), code: refusalCode(flag, variant) };
    });
}

// In the order in which the server looks (server-lib/core/overrides/overrides.ts).
function refusalCode(flag: Manifest['flags'][number] | undefined, variant: unknown): RefusedOverride['code'] {
  if (flag === undefined) return 'unknown-flag';
  if (typeof variant !== 'string') return 'not-a-string';
  return flag.overridable ? 'unknown-variant' : 'locked';
}

function toDisplay({ flag, from, to }: PlannedChange): PlannedChange {
  return { flag: displayString(flag) ?? '', from: displayString(from), to: displayString(to) };
}
