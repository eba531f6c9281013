import { DEFAULT_MAX_AGE, MAX_COOKIE_OCTETS } from '../wire/limits.ts';
import { cookieOctets, decodeOverrides, encodeOverrides } from '../wire/override-cookie.ts';
import { overrideCookieText } from '../wire/set-cookie.ts';
import type { Configuration } from './configuration.ts';
import type { GateRequest } from './gate-request.ts';
import { didYouMean } from './nearest-name.ts';
import { writtenIn } from './overrides.ts';
import type { Permission } from './permission.ts';

/** The changes that one response makes to a browser's overrides; the other overrides stay. */
export class OverrideEdit {
  readonly #configuration: Configuration;
  readonly #request: GateRequest;
  readonly #permission: Permission;
  #overrides: ReadonlyMap<string, string>;

  constructor(
    configuration: Configuration,
    request: GateRequest,
    permission: Permission,
    overrides: ReadonlyMap<string, string>,
  ) {
    this.#configuration = configuration;
    this.#request = request;
    this.#permission = permission;
    this.#overrides = overrides;
  }

  /** Puts the changed cookie on the response, or says what stands in the way. `''` clears. */
  set(flag: string, variant: string): string | undefined {
    const obstacle = variant === '' ? undefined : this.#obstacle(flag, variant);
    if (obstacle !== undefined) return obstacle;
    const changed = new Map(this.#pending() ?? this.#overrides);
    if (variant === '') changed.delete(flag);
    else changed.set(flag, variant);
    return this.#write(changed);
  }

  /** The overrides that the response sets already, as another keeper of the application may have it do. */
  #pending(): ReadonlyMap<string, string> | undefined {
    const { name } = this.#configuration.cookiesFor(this.#request);
    const line = this.#request.responseCookies?.findLast((one) => one.startsWith(`${name}=`));
    const value = line?.slice(name.length + 1).split(';', 1)[0];
    if (value === undefined) return undefined;
    const reading = value === '' ? NO_ENTRIES : decodeOverrides(value, name);
    return reading.kind === 'entries' ? writtenIn({ entries: [...reading.entries] }) : undefined;
  }

  #obstacle(name: string, variant: string): string | undefined {
    const flag = this.#configuration.flags.get(name);
    if (flag === undefined) return `there is no such flag${didYouMean(name, this.#configuration.flags.keys())}`;
    if (flag.definition.overridable === false) return 'the flag is not overridable';
    if (!this.#permission.covers(name)) return 'the grant does not cover the flag';
    return flag.has(variant) ? undefined : `no such variant; it has ${flag.variants.join(', ')}`;
  }

  #write(changed: ReadonlyMap<string, string>): string | undefined {
    const { name } = this.#configuration.cookiesFor(this.#request);
    const { setCookie, secure = false } = this.#request;
    if (setCookie === undefined) return 'there is no response to set the cookie on';
    const value = changed.size === 0 ? '' : encodeOverrides(changed);
    const excess = cookieOctets(name, value) - MAX_COOKIE_OCTETS;
    if (excess > 0) return `the cookie would be ${excess} octets too large; clear other overrides first`;
    try {
      setCookie(overrideCookieText(value, { name, secure, maxAge: this.#permission.secondsLeft() ?? DEFAULT_MAX_AGE }));
    } catch {
      return 'the response has begun; set it before the first byte is sent';
    }
    this.#overrides = changed;
    return undefined;
  }
}

const NO_ENTRIES = { kind: 'entries', entries: new Map() } as const;
