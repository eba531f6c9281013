import { displayString, type IgnoredCode, isContextKey, type Manifest } from '../../../server-lib/wire.ts';
import { excessBytes } from '../session/cookie-edit.ts';
import type { Ready } from '../session/session-state.ts';
import { cookieValue, type Overrides, type OverridesChange } from '../session/stored-overrides.ts';
import { contextTypes, isAllowedValue } from '../view-as/context-fields.ts';

/** Proposed overrides by flag, from a link, a file or a site: the values are untrusted and may have any type. */
export type ProposedOverrides = ReadonlyMap<string, unknown>;

/** Whether proposed overrides are added to the stored ones, or replace them. */
export type ApplyMode = 'add' | 'replace';

/**
 * The change of one flag's override. The strings are safe to display; `undefined` is no override, and `''` is a value
 * in the cookie that is not a string.
 */
export interface PlannedChange {
  readonly flag: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** A proposed override that would not be applied, and why: the server would ignore it. */
export interface RefusedOverride {
  readonly flag: string;
  /** The proposed variant; `undefined` if it is not a string. */
  readonly variant: string | undefined;
  readonly code: Exclude<IgnoredCode, 'out-of-scope'>;
}

/** How proposed overrides would change the stored ones. */
export interface OverridePlan {
  readonly changes: readonly PlannedChange[];
  /** The flags that already have the proposed override. */
  readonly same: readonly PlannedChange[];
  readonly refused: readonly RefusedOverride[];
  /** The number of bytes by which the cookie would be too large; 0 if it fits. */
  readonly excess: number;
}

/** Computes what applying `proposed` would change. */
export function planOverrides(site: Ready, proposed: ProposedOverrides, mode: ApplyMode): OverridePlan {
  const { entries: before } = site.stored;
  const accepted = acceptedOverrides(site.manifest, proposed);
  const after = applyOverrides(accepted, mode)(before);
  const all = [...new Set([...after.keys(), ...before.keys()])].map((flag) => ({
    flag,
    from: variantIn(before, flag),
    to: variantIn(after, flag),
  }));
  const changes = all.filter(({ from, to }) => from !== to);
  const excess = changes.length === 0 ? 0 : excessBytes(site, site.stored, cookieValue(after));
  return {
    changes: changes.map(toDisplay),
    same: all.filter(({ flag, from, to }) => from === to && accepted.has(flag)).map(toDisplay),
    refused: refusedOverrides(site.manifest, proposed),
    excess: Math.max(0, excess),
  };
}

// Returns `''` for an entry whose value is not a string.
function variantIn(overrides: Overrides, flag: string): string | undefined {
  const variant = overrides.get(flag);
  return typeof variant === 'string' || !overrides.has(flag) ? (variant as string | undefined) : '';
}

/** The change that applies those proposed overrides that the site accepts. */
export function applyProposed(proposed: ProposedOverrides, mode: ApplyMode): (manifest: Manifest) => OverridesChange {
  return (manifest) => applyOverrides(acceptedOverrides(manifest, proposed), mode);
}

/**
 * The proposed overrides that the site accepts: the flag is listed and not locked, and has the variant. Parts of the
 * simulated context: the site has declared the value.
 */
export function acceptedOverrides(manifest: Manifest, proposed: ProposedOverrides): ReadonlyMap<string, string> {
  const codeOf = refusals(manifest);
  return new Map([...proposed].filter((entry): entry is [string, string] => codeOf(...entry) === undefined));
}

/** Applies accepted overrides. The simulated context is one part of a set of overrides. */
export function applyOverrides(overrides: ReadonlyMap<string, string>, mode: ApplyMode): OverridesChange {
  return (stored) => new Map([...(mode === 'add' ? stored : []), ...overrides]);
}

function refusedOverrides(manifest: Manifest, proposed: ProposedOverrides): readonly RefusedOverride[] {
  const codeOf = refusals(manifest);
  return [...proposed].flatMap(([name, variant]) => {
    const code = codeOf(name, variant);
    return code === undefined ? [] : { flag: displayString(name) ?? '', variant: displayString(variant), code };
  });
}

/** Why a site would ignore an entry; `undefined` if it accepts it. */
type Refusal = (name: string, variant: unknown) => RefusedOverride['code'] | undefined;

// In the order of the server's checks (server-lib/core/overrides/overrides.ts).
function refusals(manifest: Manifest): Refusal {
  const flags = new Map(manifest.flags.map((flag) => [flag.name, flag]));
  const context = contextTypes(manifest.context);
  return (name, variant) => {
    if (isContextKey(name)) {
      const type = context.get(name);
      if (type === undefined) return 'unknown-attribute';
      return isAllowedValue(type, variant) ? undefined : 'invalid-value';
    }
    const flag = flags.get(name);
    if (flag === undefined) return 'unknown-flag';
    if (typeof variant !== 'string') return 'not-a-string';
    if (!flag.overridable) return 'locked';
    return flag.variants.includes(variant) ? undefined : 'unknown-variant';
  };
}

function toDisplay({ flag, from, to }: PlannedChange): PlannedChange {
  return { flag: displayString(flag) ?? '', from: displayString(from), to: displayString(to) };
}
