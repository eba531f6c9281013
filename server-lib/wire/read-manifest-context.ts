import {
  type AttributeType,
  type AttributeValue,
  isAttributeText,
  isSimulatedUser,
  parseUtcTime,
} from './context-values.ts';
import { MANIFEST_LIMITS } from './limits.ts';
import type { ManifestAttribute, ManifestContext } from './manifest.ts';
import { isName } from './names.ts';
import { type ParsedEntry, readNamedEntries } from './read-manifest-entries.ts';
import { asArray, displayString, isJsonObject, type JsonObject, ownField } from './untrusted-json.ts';

/** What a manifest lets its reader simulate, and how many entries were dropped. */
export interface ParsedContext {
  /** `undefined` if nothing can be simulated. */
  readonly context: ManifestContext | undefined;
  readonly dropped: number;
}

/** Reads a manifest's `context`. Drops invalid attributes and values, and all but the first attribute of a name. */
export function readContext(value: unknown): ParsedContext {
  if (!isJsonObject(value)) return { context: undefined, dropped: 0 };
  const entries = asArray(ownField(value, 'attributes'));
  const { items, dropped } = readNamedEntries(entries, MANIFEST_LIMITS.attributes, readAttribute);
  const [user, time] = [ownField(value, 'user'), ownField(value, 'time')];
  const context: ManifestContext = {
    ...(items.length === 0 ? {} : { attributes: items }),
    ...(isJsonObject(user) ? { user: readUser(user) } : {}),
    ...(isJsonObject(time) ? { time: readTime(time) } : {}),
  };
  return { context: Object.keys(context).length === 0 ? undefined : context, dropped };
}

// The keys of the user and of the time in the cookie (docs/protocol.md section 1).
const RESERVED: readonly string[] = ['user', 'time'];

function readAttribute(entry: JsonObject): ParsedEntry<ManifestAttribute> | undefined {
  const name = ownField(entry, 'name');
  const read = readType(entry);
  if (!isName(name) || RESERVED.includes(name) || read === undefined) return undefined;
  const { item: type, dropped } = read;
  const attribute = {
    name,
    ...type,
    ...readValue('current', entry, type),
    ...readValue('simulated', entry, type),
  };
  return { item: attribute, dropped };
}

function readType(entry: JsonObject): ParsedEntry<AttributeType> | undefined {
  switch (ownField(entry, 'type')) {
    case 'string': {
      const named = asArray(ownField(entry, 'values'));
      const values = [...new Set(named.slice(0, MANIFEST_LIMITS.variants).filter(isAttributeText))];
      const dropped = named.length - values.length;
      return values.length === 0 ? undefined : { item: { type: 'string', values }, dropped };
    }
    case 'number': {
      const [min, max] = [ownField(entry, 'min'), ownField(entry, 'max')];
      if (!isFiniteNumber(min) || !isFiniteNumber(max) || min > max) return undefined;
      return { item: { type: 'number', min: min + 0, max: max + 0 }, dropped: 0 }; // without the sign of -0
    }
    case 'boolean':
      return { item: { type: 'boolean' }, dropped: 0 };
    default:
      return undefined;
  }
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function readValue<Key extends 'current' | 'simulated'>(
  key: Key,
  entry: JsonObject,
  { type }: AttributeType,
): { readonly [K in Key]?: AttributeValue } {
  const value = ownField(entry, key);
  if (typeof value !== type || (type === 'number' && !isFiniteNumber(value))) return {};
  const shown = type === 'string' ? displayString(value) : type === 'number' ? (value as number) + 0 : value;
  return { [key]: shown } as { readonly [K in Key]?: AttributeValue };
}

function readUser(user: JsonObject): NonNullable<ManifestContext['user']> {
  const current = displayString(ownField(user, 'current'));
  const simulated = ownField(user, 'simulated');
  return {
    ...(current === undefined ? {} : { current }),
    ...(isSimulatedUser(simulated) ? { simulated: displayString(simulated) ?? '' } : {}),
  };
}

function readTime(time: JsonObject): NonNullable<ManifestContext['time']> {
  const simulated = ownField(time, 'simulated');
  return parseUtcTime(simulated) === undefined ? {} : { simulated: simulated as string };
}
