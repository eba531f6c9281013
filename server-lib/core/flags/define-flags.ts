import { isName, NAME_GRAMMAR } from '../../wire/names.ts';
import { errorSummary } from '../error-reporter.ts';
import { GatekeeperError, type GatekeeperErrorCode } from '../errors.ts';
import { misspeltOptionError, type OptionNames } from '../read-options.ts';
import { didYouMean, isRecord, isUserId, kindOf, quoted } from '../values.ts';
import type { FlagDefinition, UserId } from './flag.ts';

/**
 * Checks an application's flags and gives them back, typed down to the variant and frozen.
 * Throws a {@link GatekeeperError} that names the flag, the offending value and the way out.
 */
export function defineFlags<Variants extends Record<string, string>>(
  flags: {
    readonly [Name in keyof Variants]: FlagDefinition<Variants[Name]>;
  },
): { readonly [Name in keyof Variants]: FlagDefinition<Variants[Name]> } {
  if (!isRecord(flags)) {
    const way = 'defineFlags({ NAME: { variants, default } })';
    throw new GatekeeperError('ERR_GK_OPTIONS', `defineFlags needs flags by name: ${way}, not ${quoted(flags)}`);
  }
  if (VALIDATED.has(flags)) return flags;
  const entries = Object.entries<FlagDefinition>(flags).map(([name, flag]) => [name, validateFlag(name, flag)]);
  const checked = Object.freeze(Object.fromEntries(entries));
  VALIDATED.add(checked);
  return checked;
}

// Frozen with all that is in them: `createGatekeeper` takes them as they are.
const VALIDATED = new WeakSet<object>();

/** One flag, checked, with the fields it has itself and no others, frozen. */
function validateFlag(name: string, definition: FlagDefinition): FlagDefinition {
  if (!isName(name)) {
    throw new GatekeeperError('ERR_GK_NAME', `Flag ${quoted(name)}: a name is ${NAME_GRAMMAR}`, { flag: name });
  }
  const flag = ownFields(name, definition);
  throwIfError('ERR_GK_OPTIONS', name, settingsError(definition, flag));
  throwIfError('ERR_GK_VARIANTS', name, variantsError(flag));
  throwIfError('ERR_GK_USERS', name, usersError(flag));
  return Object.freeze(Object.assign(flag, copyLists(flag)));
}

// A list that the application changes later must not change a flag that was checked.
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

// What somebody put on Object.prototype must not become a flag's setting. An empty prototype rather than none: V8 keeps
// an object without a prototype as a hash table, three times as large and slower to read.
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
  if (!isRecord(definition)) return `expected { variants, default }, got ${quoted(definition)}`;
  const misspelt = misspeltOptionError(definition, FLAG_FIELDS);
  if (misspelt !== undefined) return misspelt;
  if (decide !== undefined && typeof decide !== 'function') return `decide is a function, not ${quoted(decide)}`;
  // Nothing else stands for one of them, and a look-up that found nothing does not either: a kill switch that says 0
  // or undefined must not end up overridable, nor a hidden flag in a manifest.
  const vague = (['overridable', 'hidden'] as const).find(
    (name) => Object.hasOwn(flag, name) && typeof flag[name] !== 'boolean',
  );
  if (vague !== undefined) return `${vague} is true or false, not ${quoted(flag[vague])}`;
  return stringFieldError(flag) ?? customFieldError(flag);
}

// A manifest is JSON: what JSON cannot say would fail each request for it.
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

// Fields of the application's own are for its own tools, which read them as JSON.
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
    // A bigint inside, a circle, a toJSON that throws.
    return typeof value === 'bigint' ? 'got a bigint' : `it cannot be written: ${errorSummary(cause)}`;
  }
}

const STRING_FIELDS = ['description', 'owner', 'url', 'createdAt', 'expiresAt'] as const;

const FLAG_FIELDS: OptionNames<FlagDefinition> = {
  description: true,
  variants: true,
  default: true,
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
  if (!Array.isArray(variants) || variants.length === 0) return "name at least one variant: variants: ['ON', 'OFF']";
  const bad = variants.findIndex((variant) => !isName(variant)); // not find(): undefined may be the bad one
  if (bad !== -1) return `variant ${quoted(variants[bad])} is no name: ${NAME_GRAMMAR}`;
  const twice = variants.find((variant, at) => variants.indexOf(variant) !== at);
  if (twice !== undefined) return `variant ${quoted(twice)} is named twice; name it once`;
  if (!variants.includes(fallback)) {
    return `default ${quoted(fallback)} is not one of ${variants.join(', ')}${didYouMean(fallback, variants)}`;
  }
  return undefined;
}

function usersError({ users, variants }: FlagDefinition): string | undefined {
  if (users === undefined) return undefined;
  if (!isRecord(users)) return `users is lists of user ids by variant, not ${kindOf(users)}`;
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

// Ids written where variants belong must not end up in a log.
function isVariantLike(name: string): boolean {
  return isName(name) && !/^\d+$/.test(name);
}

function userListError(
  variant: string,
  ids: readonly UserId[] | undefined,
  listed: Map<string, string>,
): string | undefined {
  if (!Array.isArray(ids)) return `users.${variant} is a list of user ids, not ${kindOf(ids)}`;
  for (const id of ids) {
    // No message shows an id: it may be an email address.
    if (!isUserId(id)) return `users.${variant} holds ${kindOf(id)}; an id is a string or a number`;
    const other = listed.get(String(id));
    if (other !== undefined && other !== variant) {
      return `users.${variant} and users.${other} both hold one id, entry ${ids.indexOf(id) + 1} of users.${variant}; keep one`;
    }
    listed.set(String(id), variant);
  }
  return undefined;
}
