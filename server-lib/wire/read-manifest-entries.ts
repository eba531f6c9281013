import { MANIFEST_LIMITS } from './limits.ts';
import type { FlagValue, ManifestFlag, Scenario } from './manifest.ts';
import { isName } from './names.ts';
import {
  asArray,
  displayString,
  displayStrings,
  isJsonObject,
  type Json,
  type JsonObject,
  ownField,
  parseUrl,
} from './untrusted-json.ts';

/** The valid flags of a manifest, and how many flags and variants were dropped. */
export interface ParsedFlags {
  readonly flags: readonly ManifestFlag[];
  readonly dropped: number;
}

/** Reads a manifest's flags. Drops invalid entries, and all but the first of those with the same name. */
export function readFlags(entries: readonly unknown[]): ParsedFlags {
  const { items, dropped } = readNamedEntries(entries, MANIFEST_LIMITS.flags, readFlag);
  return { flags: items, dropped };
}

function readFlag(entry: JsonObject): ParsedEntry<ManifestFlag> | undefined {
  const name = ownField(entry, 'name');
  const named = asArray(ownField(entry, 'variants'));
  const variants = [...new Set(named.slice(0, MANIFEST_LIMITS.variants).filter(isName))];
  if (!isName(name) || variants.length === 0) return undefined;
  const flag: ManifestFlag = {
    name,
    variants,
    ...readValues(ownField(entry, 'values'), variants),
    overridable: ownField(entry, 'overridable') !== false,
    ...displayStrings(entry, ['description', 'reason', 'errorCode', 'owner', 'createdAt', 'expiresAt']),
    ...readVariantNames(entry, ['default', 'current', 'withoutOverride']),
    ...readSource(ownField(entry, 'source')),
    ...(ownField(entry, 'simulated') === true ? { simulated: true } : {}),
    ...readTags(ownField(entry, 'tags')),
    ...readUrl(ownField(entry, 'url')),
  };
  return { item: flag, dropped: named.length - variants.length };
}

function readVariantNames<Key extends string>(
  entry: JsonObject,
  keys: readonly Key[],
): { readonly [K in Key]?: string } {
  const found: { [K in Key]?: string } = {};
  for (const key of keys) {
    const name = ownField(entry, key);
    if (isName(name)) found[key] = name;
  }
  return found;
}

function readValues(values: unknown, variants: readonly string[]): Pick<ManifestFlag, 'values'> {
  if (!isJsonObject(values) || jsonLength(values) > MANIFEST_LIMITS.values) return {};
  const entries = variants
    .map((variant) => [variant, ownField(values, variant)] as const)
    .filter((pair): pair is [string, FlagValue] => isValue(pair[1]))
    .map(([variant, value]) => [variant, displayJson(value)]);
  return entries.length === 0 ? {} : { values: Object.fromEntries(entries) };
}

function jsonLength(value: object): number {
  try {
    return JSON.stringify(value).length;
  } catch {
    return Number.POSITIVE_INFINITY; // so deep that it overflows the stack
  }
}

function isValue(value: unknown): value is FlagValue {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value) || isJsonObject(value);
}

// The recursion is at most as deep as half the characters.
function displayJson(value: Json): Json {
  if (typeof value === 'string') return displayString(value) ?? '';
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null; // as JSON.stringify writes it
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(displayJson);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [displayString(key), displayJson(item)]));
}

// A server of a later version may have other sources.
function readSource(value: unknown): Pick<ManifestFlag, 'source'> {
  const source = displayString(value);
  return source ? { source } : {};
}

function readTags(value: unknown): Pick<ManifestFlag, 'tags'> {
  const shown = asArray(value)
    .slice(0, MANIFEST_LIMITS.variants)
    .flatMap((tag) => displayString(tag) ?? []);
  return shown.length === 0 ? {} : { tags: shown };
}

// Only http and https become a link: never javascript:, data: or a path of the extension.
function readUrl(value: unknown): Pick<ManifestFlag, 'url'> {
  if (typeof value !== 'string' || value.length > MANIFEST_LIMITS.text) return {};
  const { protocol = '', href = '' } = parseUrl(value) ?? {};
  // Checked again, because percent-encoding makes a link up to nine times as long.
  return /^https?:$/.test(protocol) && href.length <= MANIFEST_LIMITS.text ? { url: href } : {};
}

/** The valid scenarios of a list, and how many scenarios and overrides were dropped. */
export interface ParsedScenarios {
  readonly scenarios: readonly Scenario[];
  readonly dropped: number;
}

/**
 * Reads a list of scenarios, from a manifest or from another store. Drops invalid entries, and all but the first of
 * those with the same name. `isOverride` decides which overrides are valid. Never throws.
 */
export function readScenarios(
  entries: readonly unknown[],
  isOverride: (name: string, value: unknown) => boolean = isFlagOverride,
): ParsedScenarios {
  const read = (entry: JsonObject) => readScenario(entry, isOverride);
  const { items, dropped } = readNamedEntries(entries, MANIFEST_LIMITS.scenarios, read);
  return { scenarios: items, dropped };
}

const isFlagOverride = (name: string, value: unknown): boolean => isName(name) && isName(value);

function readScenario(
  entry: JsonObject,
  isOverride: (name: string, value: unknown) => boolean,
): ParsedEntry<Scenario> | undefined {
  const name = displayString(ownField(entry, 'name'))?.trim();
  const overrides = ownField(entry, 'overrides');
  if (!name || !isJsonObject(overrides)) return undefined;
  const all = Object.entries(overrides);
  const good = all.slice(0, MANIFEST_LIMITS.overrides).filter((pair): pair is [string, string] => isOverride(...pair));
  const scenario = { name, ...displayStrings(entry, ['description']), overrides: Object.fromEntries(good) };
  return { item: scenario, dropped: all.length - good.length };
}

/** One valid entry of a list, and how many of its parts were dropped. */
export interface ParsedEntry<Item> {
  readonly item: Item;
  readonly dropped: number;
}

/** The valid entries of a list, and how many entries and parts of entries were dropped. */
export interface ParsedEntries<Item> {
  readonly items: readonly Item[];
  readonly dropped: number;
}

/** Reads at most `limit` entries. Drops invalid ones, and all but the first of those with the same name. */
export function readNamedEntries<Item extends { readonly name: string }>(
  entries: readonly unknown[],
  limit: number,
  read: (entry: JsonObject) => ParsedEntry<Item> | undefined,
): ParsedEntries<Item> {
  const items = new Map<string, Item>();
  let dropped = Math.max(0, entries.length - limit);
  for (const entry of entries.slice(0, limit)) {
    const parsed = isJsonObject(entry) ? read(entry) : undefined;
    if (parsed === undefined || items.has(parsed.item.name)) {
      dropped += 1;
      continue;
    }
    items.set(parsed.item.name, parsed.item);
    dropped += parsed.dropped;
  }
  return { items: [...items.values()], dropped };
}
