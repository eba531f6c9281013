import { DEFAULT_MAX_AGE, MAX_COOKIE_BYTES } from '../../wire/limits.ts';
import { cookieBytes, decodeOverrides, encodeOverrides, serializeOverrideCookie } from '../../wire/override-cookie.ts';
import { type AdapterRequest, readSecure } from '../adapter-request.ts';
import { callHook, GatekeeperError, type HookError } from '../errors.ts';
import type { KeeperState } from '../keeper-state.ts';
import { cookieSetter, responseCookies } from '../request/response-cookies.ts';
import { observePromise } from '../thenable.ts';
import { didYouMean } from '../values.ts';
import { variantEntries } from './overrides.ts';
import type { Permission } from './permission.ts';

/** Changes a browser's overrides on one response. The other overrides stay. */
export class OverrideEdit {
  readonly #state: KeeperState;
  readonly #request: AdapterRequest;
  readonly #permission: Permission;
  readonly #name: string;
  #overrides: ReadonlyMap<string, string>;

  constructor(
    state: KeeperState,
    request: AdapterRequest,
    permission: Permission,
    { name, overrides }: { readonly name: string; readonly overrides: ReadonlyMap<string, string> },
  ) {
    this.#state = state;
    this.#request = request;
    this.#permission = permission;
    this.#name = name;
    this.#overrides = overrides;
  }

  /**
   * Sets the changed cookie on the response; `''` removes the override. Returns the problem if that is not possible, as
   * when the response `isSent`.
   */
  set(flag: string, variant: string, isSent: boolean): string | undefined {
    const problem = variant === '' ? undefined : this.#validate(flag, variant);
    if (problem !== undefined) return problem;
    const changed = new Map(this.#pending() ?? this.#overrides);
    if (variant === '') changed.delete(flag);
    else changed.set(flag, variant);
    return this.#write(changed, isSent);
  }

  /** The overrides that the response sets already, for example by another keeper of the application. */
  #pending(): ReadonlyMap<string, string> | undefined {
    const name = this.#name;
    const line = responseCookies(this.#request).findLast((one) => one.startsWith(`${name}=`));
    const value = line?.slice(name.length + 1).split(';', 1)[0];
    if (value === undefined) return undefined;
    const parsed = value === '' ? NO_ENTRIES : decodeOverrides(value, name);
    return parsed.kind === 'entries' ? variantEntries({ entries: [...parsed.entries] }) : undefined;
  }

  #validate(name: string, variant: string): string | undefined {
    const flag = this.#state.flags.get(name);
    if (flag === undefined) return `there is no such flag${didYouMean(name, this.#state.flags.keys())}`;
    if (flag.definition.overridable === false) return 'the flag is not overridable';
    if (!this.#permission.covers(name)) return 'the grant does not cover the flag';
    return flag.hasVariant(variant)
      ? undefined
      : `there is no such variant; the variants are ${flag.variants.join(', ')}`;
  }

  #write(changed: ReadonlyMap<string, string>, isSent: boolean): string | undefined {
    const name = this.#name;
    const response = this.#response(isSent);
    if (typeof response === 'string') return response;
    const { setCookie, secure } = response;
    const value = changed.size === 0 ? '' : encodeOverrides(changed);
    const excess = cookieBytes(name, value) - MAX_COOKIE_BYTES;
    if (excess > 0)
      return `the cookie would be ${excess} ${excess === 1 ? 'byte' : 'bytes'} too large; remove other overrides first`;
    try {
      const maxAge = this.#permission.secondsLeft() ?? DEFAULT_MAX_AGE;
      const line = serializeOverrideCookie(value, { name, secure, maxAge });
      observePromise(setCookie(line), { rejected: (cause) => this.#reportRejection(cause) });
    } catch {
      return STARTED;
    }
    this.#overrides = changed;
    return undefined;
  }

  /** How to set the cookie on the response, or why that is not possible. */
  #response(isSent: boolean): { readonly setCookie: (line: string) => unknown; readonly secure: boolean } | string {
    const request = this.#request;
    try {
      const setCookie = cookieSetter(request);
      if (typeof setCookie === 'string') return setCookie;
      if (isSent) return STARTED;
      return { setCookie, secure: callHook('secure', 'ERR_GK_REQUEST', () => readSecure(request)) };
    } catch (failure) {
      return (failure as HookError).message;
    }
  }

  #reportRejection(cause: unknown): void {
    const message = 'setCookie rejected, so the override may not be set';
    this.#state.report(new GatekeeperError('ERR_GK_OVERRIDE_NOT_SET', message, { cause }));
  }
}

const STARTED = 'the response has started; set the override before the first byte is sent';
const NO_ENTRIES = { kind: 'entries', entries: new Map() } as const;
