import { isName, NAME_GRAMMAR } from '../../wire/names.ts';
import { errorSummary } from '../error-reporter.ts';
import { GatekeeperError, type GatekeeperErrorCode } from '../errors.ts';
import { misspeltOptionError, type OptionNames } from '../read-options.ts';
import { didYouMean, isRecord, isUserId, kindOf, quoted } from '../values.ts';
import type { FlagDefinition, UserId, ValidValues } from './flag.ts';
import { type FlagValues, readFlagValues } from './flag-values.ts';

/**
 * Validates an application's flags and returns them frozen, with a type for each variant.
 * Throws a {@link GatekeeperError} that names the flag, the invalid value and what was expected.
 */
export function defineFlags<Variants extends Record<string, string>, const Values>(
  flags: { readonly [Name in keyof Variants]: FlagDefinition<Variants[Name], unknown> } & {
    // Apart from the variants, because TypeScript infers one type argument from one mapped type.
    readonly [Name in keyof Values]: { readonly values?: ValidValues<Values[Name], VariantIn<Variants, Name>> };
  },
): { readonly [Name in keyof Variants]: FlagDefinition<Variants[Name], ValuesIn<Values, Name>> };
export function defineFlags(flags: object): object {
  if (!isRecord(flags)) {
    const what = `expected flags by name, { NAME: { variants, default } }; got ${quoted(flags)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `defineFlags: ${what}`);
  }
  if (VALIDATED.has(flags)) return flags;
  const entries = Object.entries(flags).map(([name, flag]) => [name, validateFlag(name, flag as FlagDefinition)]);
  const checked = Object.freeze(Object.fromEntries(entries));
  VALIDATED.add(checked);
  return checked;
}

type VariantIn<Variants, Name> = Name extends keyof Variants ? Variants[Name] & string : never;
type ValuesIn<Values, Name> = Name extends keyof Values ? (unknown extends Values[Name] ? never : Values[Name]) : never;

// Deeply frozen, so `createGatekeeper` does not validate them again.
const VALIDATED = new WeakSet<object>();

/** Validates one flag and returns a frozen copy of its own fields. */
function validateFlag(name: string, definition: FlagDefinition): FlagDefinition {
  if (!isName(name)) {
    throw new GatekeeperError('ERR_GK_NAME', `Flag ${quoted(name)}: its name must be ${NAME_GRAMMAR}`, { flag: name });
  }
  const flag = ownFields(name, definition);
  throwIfError('ERR_GK_OPTIONS', name, settingsError(definition, flag));
  throwIfError('ERR_GK_VARIANTS', name, variantsError(flag));
  throwIfError('ERR_GK_USERS', name, usersError(flag));
  return Object.freeze(Object.assign(flag, copyLists(flag), copyValues(name, flag)));
}

function copyValues(name: string, { values, variants }: FlagDefinition): { readonly values?: FlagValues } {
  if (values === undefined) return {};
  const copy = readFlagValues(values, variants);
  if (typeof copy === 'string') throw new GatekeeperError('ERR_GK_VALUES', `Flag ${name}: ${copy}`, { flag: name });
  return { values: copy };
}

// Copies, so that the application cannot change a validated flag.
function copyLists({ variants, tags, users }: FlagDefinition): Partial<FlagDefinition> {
  return {
    variants: Object.freeze([...variants]),
    ...(tags === undefined ? {} : { tags: Object.freeze([...tags]) }),
    ...(users === undefined ? {} : { users: copyUsers(users) }),
  };
}

function copyUsers(users: NonNullable<FlagDefinition['users']>): NonNullable<FlagDefinition['users']> {
  const lists = Object.entries(users).map(([variant, ids = []]) => [variant, Object.freeze([...ids])]);
  return Object.freeze(Object.fromEntries(lists));
}

// Fields of a polluted Object.prototype must not become a flag's settings. Not `null` as the prototype: V8 stores such an
// object as a hash table, which is three times as large and slower to read.
const EMPTY_PROTOTYPE = Object.freeze(Object.create(null));

function ownFields(name: string, definition: FlagDefinition): FlagDefinition {
  try {
    return Object.assign(Object.create(EMPTY_PROTOTYPE), definition);
  } catch (cause) {
    const message = `Flag ${name}: a field of its definition cannot be read: ${errorSummary(cause)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', message, { flag: name, cause });
  }
}

function throwIfError(code: GatekeeperErrorCode, flag: string, error: string | undefined): void {
  if (error !== undefined) throw new GatekeeperError(code, `Flag ${flag}: ${error}`, { flag });
}

function settingsError(definition: unknown, flag: FlagDefinition): string | undefined {
  const { decide } = flag;
  if (!isRecord(definition)) return `expected { variants, default }; got ${quoted(definition)}`;
  const misspelt = misspeltOptionError(definition, FLAG_FIELDS);
  if (misspelt !== undefined) return misspelt;
  if (decide !== undefined && typeof decide !== 'function') return `decide must be a function; got ${quoted(decide)}`;
  // No other value is accepted, not even the undefined of a failed lookup: a kill switch with 0 or undefined must not be
  // overridable, and a hidden flag must not appear in a manifest.
  const invalid = (['overridable', 'hidden'] as const).find(
    (name) => Object.hasOwn(flag, name) && typeof flag[name] !== 'boolean',
  );
  if (invalid !== undefined) return `${invalid} must be true or false; got ${quoted(flag[invalid])}`;
  return stringFieldError(flag) ?? customFieldError(flag);
}

// A manifest is JSON: a value that JSON cannot represent would fail every request for the manifest.
function stringFieldError(flag: FlagDefinition): string | undefined {
  for (const field of STRING_FIELDS) {
    const value: unknown = flag[field];
    if (value !== undefined && typeof value !== 'string') return `${field} must be a string; got ${kindOf(value)}`;
  }
  const { tags }: { readonly tags?: unknown } = flag;
  if (tags === undefined) return undefined;
  if (!Array.isArray(tags)) return `tags must be an array of strings; got ${kindOf(tags)}`;
  const bad = tags.findIndex((tag) => typeof tag !== 'string'); // not find(): undefined may be the bad one
  return bad === -1 ? undefined : `tags[${bad}] must be a string; got ${kindOf(tags[bad])}`;
}

// Custom fields are for the application's own tools, which read them as JSON.
function customFieldError(flag: FlagDefinition): string | undefined {
  for (const [field, value] of Object.entries(flag)) {
    if (Object.hasOwn(FLAG_FIELDS, field) || value === undefined) continue;
    const error = jsonError(value);
    if (error !== undefined) return `${quoted(field)} must be JSON; ${error}`;
  }
  return undefined;
}

function jsonError(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) === undefined ? `got ${kindOf(value)}` : undefined;
  } catch (cause) {
    // A bigint inside, a cycle, a toJSON that throws.
    return typeof value === 'bigint' ? 'got a bigint' : `it cannot be serialized: ${errorSummary(cause)}`;
  }
}

const STRING_FIELDS = ['description', 'owner', 'url', 'createdAt', 'expiresAt'] as const;

const FLAG_FIELDS: OptionNames<FlagDefinition> = {
  description: true,
  variants: true,
  default: true,
  values: true,
  users: true,
  decide: true,
  overridable: true,
  hidden: true,
  owner: true,
  tags: true,
  url: true,
  createdAt: true,
  expiresAt: true,
};

function variantsError({ variants, default: fallback }: FlagDefinition): string | undefined {
  if (!Array.isArray(variants) || variants.length === 0) return "variants must be a non-empty array, ['ON', 'OFF']";
  const bad = variants.findIndex((variant) => !isName(variant)); // not find(): undefined may be the bad one
  if (bad !== -1) return `variant ${quoted(variants[bad])} must be ${NAME_GRAMMAR}`;
  const twice = variants.find((variant, at) => variants.indexOf(variant) !== at);
  if (twice !== undefined) return `variant ${quoted(twice)} is listed twice; list it once`;
  if (!variants.includes(fallback)) {
    return `default ${quoted(fallback)} is not one of ${variants.join(', ')}${didYouMean(fallback, variants)}`;
  }
  return undefined;
}

function usersError({ users, variants }: FlagDefinition): string | undefined {
  if (users === undefined) return undefined;
  if (!isRecord(users)) return `users must be arrays of user ids by variant; got ${kindOf(users)}`;
  const listed = new Map<string, string>();
  for (const [variant, ids] of Object.entries(users)) {
    if (!variants.includes(variant)) {
      const known = `${variants.join(', ')}${didYouMean(variant, variants)}`;
      return `users names ${isVariantLike(variant) ? quoted(variant) : 'an id'}, which is not one of ${known}`;
    }
    const error = userListError(variant, ids, listed);
    if (error !== undefined) return error;
  }
  return undefined;
}

// An id in place of a variant must not be logged.
function isVariantLike(name: string): boolean {
  return isName(name) && !/^\d+$/.test(name);
}

function userListError(
  variant: string,
  ids: readonly UserId[] | undefined,
  listed: Map<string, string>,
): string | undefined {
  if (!Array.isArray(ids)) return `users.${variant} must be an array of user ids; got ${kindOf(ids)}`;
  for (const id of ids) {
    // A message contains no id, which may be an email address.
    if (!isUserId(id)) return `users.${variant} must contain strings or numbers; got ${kindOf(id)}`;
    const other = listed.get(String(id));
    if (other !== undefined && other !== variant) {
      const entry = `entry ${ids.indexOf(id) + 1} of users.${variant}`;
      return `users.${variant} and users.${other} contain the same id, ${entry}; keep one`;
    }
    listed.set(String(id), variant);
  }
  return undefined;
}
