import { findCookie } from '../../wire/cookie-header.ts';
import type { IgnoredCode, IgnoredOverride } from '../../wire/manifest.ts';
import { type CookieProblem, parseOverrideEntries } from '../../wire/override-cookie.ts';
import type { CompiledFlag } from '../flags/compiled-flag.ts';
import type { Evaluation } from '../flags/flag.ts';
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
export function variantEntries({ entries }: Pick<ResolvedOverrides, 'entries'>): ReadonlyMap<string, string> {
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** What is left of overrides for a request whose permission covers some flags only. */
export function limitToPermission(overrides: ResolvedOverrides, permission: Permission): ResolvedOverrides {
  if (permission.coversAllFlags) return overrides;
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
  const entries = parseOverrideEntries(value, name);
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
  return flag.evaluationFor('override', variant) ?? 'unknown-variant';
}

/**
 * The override cookies of requests. The last one is remembered, for a browser sends the same with every request: the
 * header that it came in, and its raw value in case the header's other cookies change.
 */
export class OverrideCache {
  readonly name: string;
  readonly #flags: ReadonlyMap<string, CompiledFlag>;
  #header: string | undefined;
  #value = '';
  #resolvedValue: string | undefined;
  #resolved: ResolvedOverrides = NO_OVERRIDES;

  constructor(name: string, flags: ReadonlyMap<string, CompiledFlag>) {
    this.name = name;
    this.#flags = flags;
  }

  /** The override cookie's raw value in a `Cookie` header. */
  cookieValue(header: string): string | undefined {
    if (header === this.#header) return this.#value;
    const value = findCookie(header, this.name);
    if (value === undefined) return undefined;
    this.#header = header;
    this.#value = value;
    return value;
  }

  /** What an override cookie's raw value comes to. */
  overridesFor(value: string): ResolvedOverrides {
    if (value === this.#resolvedValue) return this.#resolved;
    this.#resolved = resolveOverrides(value, this.name, this.#flags);
    this.#resolvedValue = value;
    return this.#resolved;
  }
}
