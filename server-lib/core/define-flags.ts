import { isName, NAME_GRAMMAR } from '../wire/names.ts';
import type { FlagDefinition, UserId } from './flag.ts';
import { GatekeeperError, quoted } from './gatekeeper-error.ts';

/**
 * Checks an application's flags and gives them back, typed down to the variant and frozen.
 * Throws a {@link GatekeeperError} that names the flag, the offending value and the way out.
 */
export function defineFlags<Variants extends Record<string, string>>(
  flags: {
    readonly [Name in keyof Variants]: FlagDefinition<Variants[Name]>;
  },
): { readonly [Name in keyof Variants]: FlagDefinition<Variants[Name]> } {
  const checked = Object.entries<FlagDefinition>(flags).map(([name, flag]) => [name, checkedFlag(name, flag)]);
  return Object.freeze(Object.fromEntries(checked));
}

/** One flag, checked, with the fields it has itself and no others, frozen. */
export function checkedFlag(name: string, definition: FlagDefinition): FlagDefinition {
  if (!isName(name)) throw new GatekeeperError('ERR_GK_NAME', `Flag ${quoted(name)}: a name is ${NAME_GRAMMAR}`);
  if (typeof definition !== 'object' || definition === null) {
    throw new GatekeeperError(
      'ERR_GK_OPTIONS',
      `Flag ${name}: expected { variants, default }, got ${quoted(definition)}`,
    );
  }
  // No prototype: what somebody put on Object.prototype must not become a flag's setting.
  const flag: FlagDefinition = Object.assign(Object.create(null), definition);
  checkVariants(name, flag);
  checkUsers(name, flag);
  if (flag.decide !== undefined && typeof flag.decide !== 'function') {
    throw new GatekeeperError('ERR_GK_OPTIONS', `Flag ${name}: decide is a function, not ${quoted(flag.decide)}`);
  }
  return Object.freeze(flag);
}

function checkVariants(name: string, flag: FlagDefinition): void {
  const mistake = variantsMistake(flag);
  if (mistake !== undefined) throw new GatekeeperError('ERR_GK_VARIANTS', `Flag ${name}: ${mistake}`, { flag: name });
}

function variantsMistake({ variants, default: fallback }: FlagDefinition): string | undefined {
  if (!Array.isArray(variants) || variants.length === 0) return "name at least one variant: variants: ['ON', 'OFF']";
  const bad = variants.find((variant) => !isName(variant));
  if (bad !== undefined) return `variant ${quoted(bad)} is no name: ${NAME_GRAMMAR}`;
  const twice = variants.find((variant, at) => variants.indexOf(variant) !== at);
  if (twice !== undefined) return `variant ${quoted(twice)} is named twice; name it once`;
  if (!variants.includes(fallback)) return `default ${quoted(fallback)} is not one of ${variants.join(', ')}`;
  return undefined;
}

function checkUsers(name: string, { users, variants }: FlagDefinition): void {
  const listed = new Map<string, string>();
  for (const [variant, ids] of Object.entries(users ?? {})) {
    const mistake = !variants.includes(variant)
      ? `users names ${quoted(variant)}, which is not one of ${variants.join(', ')}`
      : listMistake(variant, ids, listed);
    if (mistake !== undefined) throw new GatekeeperError('ERR_GK_USERS', `Flag ${name}: ${mistake}`, { flag: name });
  }
}

function listMistake(
  variant: string,
  ids: readonly UserId[] | undefined,
  listed: Map<string, string>,
): string | undefined {
  if (!Array.isArray(ids)) return `users.${variant} is a list of user ids, not ${quoted(ids)}`;
  for (const id of ids) {
    if (!isUserId(id)) return `users.${variant} holds ${quoted(id)}; an id is a string or a number`;
    const other = listed.get(String(id));
    if (other !== undefined && other !== variant) {
      return `user ${quoted(id)} is listed for ${other} and for ${variant}; keep one`;
    }
    listed.set(String(id), variant);
  }
  return undefined;
}

/** Whether `value` identifies a user. */
export function isUserId(value: unknown): value is UserId {
  return typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value));
}
