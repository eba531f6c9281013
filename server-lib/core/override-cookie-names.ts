import { GUARD_PREFIX, isOverrideCookieName, OVERRIDE_COOKIE } from '../wire/names.ts';
import { GatekeeperError, quoted } from './gatekeeper-error.ts';

/** The names of a keeper's override cookie. */
export interface OverrideCookieNames {
  readonly production: string;
  /** Without the prefix `__Host-`, which browsers refuse on plain http at any address but the machine's own. */
  readonly development: string;
}

/** The names for the option `cookieName`; throws a `GatekeeperError` if it is not a name for an override cookie. */
export function overrideCookieNames(cookieName: unknown, hasGrants: boolean): OverrideCookieNames {
  const name = cookieName === undefined ? OVERRIDE_COOKIE : cookieName;
  if (!isOverrideCookieName(name)) {
    throw mistake(
      `must be "gatekeeper", or start with it and go on with letters, digits, "_" or "-"; got ${quoted(name)}`,
    );
  }
  if (!hasGrants) return { production: name, development: name };
  if (name.startsWith('__Secure-')) {
    throw mistake(
      `gets the prefix "${GUARD_PREFIX}" where grants are configured; got ${quoted(name)}. Remove "__Secure-"`,
    );
  }
  const development = name.startsWith(GUARD_PREFIX) ? name.slice(GUARD_PREFIX.length) : name;
  return { production: GUARD_PREFIX + development, development };
}

function mistake(what: string): GatekeeperError {
  return new GatekeeperError('ERR_GK_OPTIONS', `createGatekeeper: cookieName ${what}`);
}
