import type { IgnoredCode, IgnoredOverride } from '../wire/manifest.ts';
import { type CookieProblem, overrideEntries } from '../wire/override-cookie.ts';
import type { CompiledFlag } from './compiled-flag.ts';
import type { Evaluation } from './evaluation.ts';
import type { Permission } from './permission.ts';

/** What an override cookie comes to with an application's flags. */
export interface ResolvedOverrides {
  /** The answers that the browser chose, by flag. */
  readonly applied: ReadonlyMap<string, Evaluation>;
  readonly ignored: readonly IgnoredOverride[];
  readonly problem: CookieProblem | undefined;
  /** Every entry, used or not. */
  readonly entries: readonly (readonly [string, unknown])[];
}

/** No override at all. */
export const NO_OVERRIDES: ResolvedOverrides = {
  applied: new Map(),
  ignored: [],
  problem: undefined,
  entries: [],
};

/** Every entry that names a variant as text, used or not: what a changed cookie must not lose. */
export function writtenIn({ entries }: Pick<ResolvedOverrides, 'entries'>): ReadonlyMap<string, string> {
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** What is left of overrides for a request whose permission covers some flags only. */
export function withinPermission(overrides: ResolvedOverrides, permission: Permission): ResolvedOverrides {
  if (permission.coversEverything) return overrides;
  const entries = [...overrides.applied];
  const outside = entries.filter(([flag]) => !permission.covers(flag));
  return {
    ...overrides,
    applied: new Map(entries.filter(([flag]) => permission.covers(flag))),
    ignored: [
      ...overrides.ignored,
      ...outside.map(([flag, { variant }]) => ({ flag, variant, code: 'out-of-scope' }) as const),
    ],
  };
}

/** Sorts the entries of a cookie's raw value into those that apply and those that do not, each with its code. */
export function resolveOverrides(
  value: string,
  name: string,
  flags: ReadonlyMap<string, CompiledFlag>,
): ResolvedOverrides {
  const entries = overrideEntries(value, name);
  if (typeof entries === 'string') return { ...NO_OVERRIDES, problem: entries };
  const applied = new Map<string, Evaluation>();
  const ignored: IgnoredOverride[] = [];
  for (const entry of entries) {
    const flag = entry[0];
    const variant = entry[1];
    const outcome = resolveOverride(variant, flags.get(flag));
    // Under the flag's own text: a piece of the header is slower to compare.
    if (typeof outcome !== 'string') applied.set(outcome.flag, outcome);
    else ignored.push({ flag, ...(typeof variant === 'string' ? { variant } : undefined), code: outcome });
  }
  return { applied, ignored, problem: undefined, entries };
}

function resolveOverride(variant: unknown, flag: CompiledFlag | undefined): Evaluation | IgnoredCode {
  if (flag === undefined) return 'unknown-flag';
  if (typeof variant !== 'string') return 'not-a-string';
  if (flag.definition.overridable === false) return 'locked';
  return flag.answer('override', variant) ?? 'unknown-variant';
}
