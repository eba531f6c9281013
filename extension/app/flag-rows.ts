import { type IgnoredCode, type Manifest, type ManifestFlag, shownText } from '../../server-lib/wire.ts';
import type { StoredOverrides } from './stored-overrides.ts';

/** One flag as the popup shows it. */
export interface FlagRow {
  readonly flag: ManifestFlag;
  /** The variant in the cookie; `''` where there is no override, `undefined` where the cookie names no variant of it. */
  readonly chosen: string | undefined;
  /** Why nobody can choose here; `undefined` where one can. */
  readonly readOnly: 'locked' | 'site' | undefined;
  /** What is off between the override and what the server says. */
  readonly doubt: Doubt | undefined;
}

/** Why an override does not do what one would think. */
export type Doubt =
  | { readonly kind: 'ignored'; readonly code: IgnoredCode; readonly variant: string }
  /** The server says that something else decided, and gives no reason. */
  | { readonly kind: 'not-used' };

/** An override in the cookie that belongs to no flag of the manifest. */
export interface Leftover {
  /** As it stands in the cookie; show `label`. */
  readonly name: string;
  readonly label: string;
  readonly variant: string | undefined;
  /** The server's reason; `undefined` where it gives none: the flag may be hidden, and the override in force. */
  readonly code: IgnoredCode | undefined;
}

/**
 * The rows of a manifest with what this browser overrides, in the manifest's order. `isCurrent` tells whether the
 * manifest was fetched with these very overrides; if not, the server cannot be blamed for not using them yet.
 */
export function flagRows(manifest: Manifest, stored: StoredOverrides, isCurrent: boolean): readonly FlagRow[] {
  const ignored = ignoredCodes(manifest);
  return manifest.flags.map((flag) => ({
    flag,
    chosen: chosenVariant(flag, stored),
    readOnly: readOnly(manifest, flag),
    doubt: isCurrent ? doubt(flag, stored, ignored) : undefined,
  }));
}

/** The overrides of flags that the manifest does not list. */
export function leftovers(manifest: Manifest, stored: StoredOverrides): readonly Leftover[] {
  const listed = new Set(manifest.flags.map(({ name }) => name));
  const codes = ignoredCodes(manifest);
  const entries: readonly (readonly [string, string?])[] = [
    ...stored.variants,
    ...stored.unusable.map((name) => [name] as const),
  ];
  return entries
    .filter(([name]) => !listed.has(name))
    .map(([name, variant]) => {
      const label = shownText(name) ?? '';
      return { name, label, variant: shownText(variant), code: codes.get(label) };
    });
}

function ignoredCodes(manifest: Manifest): ReadonlyMap<string, IgnoredCode> {
  return new Map(manifest.overrides.ignored.map(({ flag, code }) => [flag, code]));
}

/** The rows that a search text finds in a flag's name, description, tags, owner or variants. */
export function matching<Row extends FlagRow>(rows: readonly Row[], search: string): readonly Row[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter(({ flag }) => {
    const text = [flag.name, flag.description, flag.owner, ...(flag.tags ?? []), ...flag.variants].join('\n');
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

function readOnly(manifest: Manifest, flag: ManifestFlag): FlagRow['readOnly'] {
  if (manifest.overrides.state !== 'enabled') return 'site';
  return flag.overridable ? undefined : 'locked';
}

function doubt(
  flag: ManifestFlag,
  stored: StoredOverrides,
  ignored: ReadonlyMap<string, IgnoredCode>,
): Doubt | undefined {
  if (stored.unusable.includes(flag.name)) return { kind: 'ignored', code: 'not-a-string', variant: '' };
  const variant = stored.variants.get(flag.name);
  if (variant === undefined) return undefined;
  const code = ignored.get(flag.name) ?? (flag.variants.includes(variant) ? undefined : 'unknown-variant');
  if (code !== undefined) return { kind: 'ignored', code, variant };
  if (flag.source === undefined) return undefined;
  // Another variant under our name: the server was sent another cookie than the one that can be read here.
  const isUsed = flag.source === 'override' && (flag.current ?? variant) === variant;
  return isUsed ? undefined : { kind: 'not-used' };
}
