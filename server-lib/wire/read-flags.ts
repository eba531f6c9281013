import { type ForeignObject, list, own, shownText, texts } from './foreign-json.ts';
import { MANIFEST_LIMITS } from './limits.ts';
import { type ManifestFlag, SOURCES } from './manifest.ts';
import { isName } from './names.ts';
import { type EntryReading, readNamed } from './read-named.ts';

/** The good entries of a manifest's list of flags, and how many flags and variants were left out. */
export interface FlagsReading {
  readonly flags: readonly ManifestFlag[];
  readonly dropped: number;
}

/** Reads a manifest's list of flags: the first of two of one name counts, bad entries cost only themselves. */
export function readFlags(entries: readonly unknown[]): FlagsReading {
  const { items, dropped } = readNamed(entries, MANIFEST_LIMITS.flags, readFlag);
  return { flags: items, dropped };
}

function readFlag(entry: ForeignObject): EntryReading<ManifestFlag> | undefined {
  const name = own(entry, 'name');
  const named = list(own(entry, 'variants'));
  const variants = [...new Set(named.slice(0, MANIFEST_LIMITS.variants).filter(isName))];
  if (!isName(name) || variants.length === 0) return undefined;
  const flag: ManifestFlag = {
    name,
    variants,
    overridable: own(entry, 'overridable') !== false,
    ...texts(entry, ['description', 'reason', 'errorCode', 'owner', 'createdAt', 'expiresAt']),
    ...variantNames(entry, ['default', 'current', 'withoutOverride']),
    ...source(own(entry, 'source')),
    ...tags(own(entry, 'tags')),
    ...link(own(entry, 'url')),
  };
  return { item: flag, dropped: named.length - variants.length };
}

function variantNames<Key extends string>(
  entry: ForeignObject,
  keys: readonly Key[],
): { readonly [K in Key]?: string } {
  const found: { [K in Key]?: string } = {};
  for (const key of keys) {
    const name = own(entry, key);
    if (isName(name)) found[key] = name;
  }
  return found;
}

function source(value: unknown): Pick<ManifestFlag, 'source'> {
  const known = SOURCES.find((one) => one === value);
  return known === undefined ? {} : { source: known };
}

function tags(value: unknown): Pick<ManifestFlag, 'tags'> {
  const shown = list(value)
    .slice(0, MANIFEST_LIMITS.variants)
    .flatMap((tag) => shownText(tag) ?? []);
  return shown.length === 0 ? {} : { tags: shown };
}

// Only a link that a browser opens as a page may become one: never javascript:, data: or a path of the extension.
function link(value: unknown): Pick<ManifestFlag, 'url'> {
  if (typeof value !== 'string' || value.length > MANIFEST_LIMITS.text || !URL.canParse(value)) return {};
  const { protocol, href } = new URL(value);
  // Looked at again: percent-encoding makes a link up to nine times as long.
  return /^https?:$/.test(protocol) && href.length <= MANIFEST_LIMITS.text ? { url: href } : {};
}
