import { isName, NAME_GRAMMAR } from '../wire/names.ts';
import type { FlagDefinition, UserId } from './flag.ts';
import {
  GatekeeperError,
  type GatekeeperErrorCode,
  isImprecise,
  isRecord,
  kindOf,
  quoted,
} from './gatekeeper-error.ts';
import { didYouMean } from './nearest-name.ts';
import { misspeltOption, type OptionNames } from './read-options.ts';
import { summaryOf } from './summary.ts';

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
  if (CHECKED.has(flags)) return flags;
  const entries = Object.entries<FlagDefinition>(flags).map(([name, flag]) => [name, checkedFlag(name, flag)]);
  const checked = Object.freeze(Object.fromEntries(entries));
  CHECKED.add(checked);
  return checked;
}

// Frozen with all that is in them: `createGatekeeper` takes them as they are.
const CHECKED = new WeakSet<object>();

/** One flag, checked, with the fields it has itself and no others, frozen. */
function checkedFlag(name: string, definition: FlagDefinition): FlagDefinition {
  if (!isName(name)) {
    throw new GatekeeperError('ERR_GK_NAME', `Flag ${quoted(name)}: a name is ${NAME_GRAMMAR}`, { flag: name });
  }
  const flag = ownFields(name, definition);
  check('ERR_GK_OPTIONS', name, settingMistake(definition, flag));
  check('ERR_GK_VARIANTS', name, variantsMistake(flag));
  check('ERR_GK_USERS', name, usersMistake(flag));
  return Object.freeze(Object.assign(flag, copiedLists(flag)));
}

// A list that the application changes later must not change a flag that was checked.
function copiedLists({ variants, tags, users }: FlagDefinition): Partial<FlagDefinition> {
  return {
    variants: Object.freeze([...variants]),
    ...(tags === undefined ? {} : { tags: Object.freeze([...tags]) }),
    ...(users === undefined ? {} : { users: copiedUsers(users) }),
  };
}

function copiedUsers(users: NonNullable<FlagDefinition['users']>): NonNullable<FlagDefinition['users']> {
  const lists = Object.entries(users).map(([variant, ids = []]) => [variant, Object.freeze([...ids])]);
  return Object.freeze(Object.fromEntries(lists));
}

// What somebody put on Object.prototype must not become a flag's setting. An empty prototype rather than none: V8 keeps
// an object without a prototype as a hash table, three times as large and slower to read.
const NOTHING_INHERITED = Object.freeze(Object.create(null));

function ownFields(name: string, definition: FlagDefinition): FlagDefinition {
  try {
    return Object.assign(Object.create(NOTHING_INHERITED), definition);
  } catch (cause) {
    const message = `Flag ${name}: a field of its definition cannot be read: ${summaryOf(cause)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', message, { flag: name, cause });
  }
}

function check(code: GatekeeperErrorCode, flag: string, mistake: string | undefined): void {
  if (mistake !== undefined) throw new GatekeeperError(code, `Flag ${flag}: ${mistake}`, { flag });
}

function settingMistake(definition: unknown, flag: FlagDefinition): string | undefined {
  const { decide } = flag;
  if (!isRecord(definition)) return `expected { variants, default }, got ${quoted(definition)}`;
  const misspelt = misspeltOption(definition, FIELDS);
  if (misspelt !== undefined) return misspelt;
  if (decide !== undefined && typeof decide !== 'function') return `decide is a function, not ${quoted(decide)}`;
  // Nothing else stands for one of them, and a look-up that found nothing does not either: a kill switch that says 0
  // or undefined must not end up overridable, nor a hidden flag in a manifest.
  const vague = (['overridable', 'hidden'] as const).find(
    (name) => Object.hasOwn(flag, name) && typeof flag[name] !== 'boolean',
  );
  if (vague !== undefined) return `${vague} is true or false, not ${quoted(flag[vague])}`;
  return textMistake(flag) ?? ownFieldMistake(flag);
}

// A manifest is JSON: what JSON cannot say would fail each request for it.
function textMistake(flag: FlagDefinition): string | undefined {
  for (const field of TEXTS) {
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
function ownFieldMistake(flag: FlagDefinition): string | undefined {
  for (const [field, value] of Object.entries(flag)) {
    if (Object.hasOwn(FIELDS, field) || value === undefined) continue;
    const mistake = jsonMistake(value);
    if (mistake !== undefined) return `${quoted(field)} must be JSON; ${mistake}`;
  }
  return undefined;
}

function jsonMistake(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) === undefined ? `got ${kindOf(value)}` : undefined;
  } catch (cause) {
    // A bigint inside, a circle, a toJSON that throws.
    return typeof value === 'bigint' ? 'got a bigint' : `it cannot be written: ${summaryOf(cause)}`;
  }
}

const TEXTS = ['description', 'owner', 'url', 'createdAt', 'expiresAt'] as const;

const FIELDS: OptionNames<FlagDefinition> = {
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

function variantsMistake({ variants, default: fallback }: FlagDefinition): string | undefined {
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

function usersMistake({ users, variants }: FlagDefinition): string | undefined {
  if (users === undefined) return undefined;
  if (!isRecord(users)) return `users is lists of user ids by variant, not ${kindOf(users)}`;
  const listed = new Map<string, string>();
  for (const [variant, ids] of Object.entries(users)) {
    if (!variants.includes(variant)) {
      const known = `${variants.join(', ')}${didYouMean(variant, variants)}`;
      return `users names ${isVariantLike(variant) ? quoted(variant) : 'an id'}, which is not one of ${known}`;
    }
    const mistake = listMistake(variant, ids, listed);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

// Ids written where variants belong must not end up in a log.
function isVariantLike(name: string): boolean {
  return isName(name) && !/^\d+$/.test(name);
}

function listMistake(
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

/** Whether `value` identifies a user. */
export function isUserId(value: unknown): value is UserId {
  // A whole number above 2^53 may have been another one when it was written down.
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value) && !isImprecise(value));
}
