import type { Attributes, HostApp, HostRequest, HostSession, UserId } from './flag.ts';
import { GatekeeperError } from './gatekeeper-error.ts';
import type { Permission } from './permission.ts';
import { misspeltOption, type OptionNames } from './read-options.ts';
import type { Report } from './report.ts';

/**
 * What a gate may know of a request. Every field is read when it is first needed and not before, so that a getter
 * may stand where a value is known only later in the request. The fields may be those of a class; what is on
 * `Object.prototype` does not count.
 */
export interface GateRequest {
  /** The raw `Cookie` header. */
  readonly cookie?: string | undefined;
  /** Who is asking: the targeting key. */
  readonly userId?: UserId | null | undefined;
  readonly attributes?: Attributes | undefined;
  readonly session?: HostSession | undefined;
  readonly request?: HostRequest | undefined;
  readonly app?: HostApp | undefined;
  /** Whether this request may override; left out, it may where `NODE_ENV` is `development` or `test`. */
  readonly mayOverride?: boolean | Permission;
  /**
   * Whether the request comes to a developer's own machine, which may name the override cookie otherwise
   * (`keeper.isDevelopment`); left out, it does where `NODE_ENV` is `development` or `test`.
   */
  readonly isDevelopment?: boolean;
  /** Whether the page came by https, so that the override cookie is stored for https only. */
  readonly secure?: boolean;
  /** Puts a `Set-Cookie` line on the response; left out, the gate cannot change the browser's overrides. */
  readonly setCookie?: ((line: string) => void) | undefined;
  /** The `Set-Cookie` lines that the response has already: an edit of the overrides builds on them. */
  readonly responseCookies?: readonly string[] | undefined;
  /**
   * Called once, when a flag is evaluated on a request that may override and carries the override cookie, even `{}`:
   * from here on the response acknowledges its flags.
   */
  readonly onCookieAccepted?: (() => void) | undefined;
  /** Called once, when a flag is asked and an override applies: from here on the response is this browser's own. */
  readonly onOverridden?: (() => void) | undefined;
}

const FIELDS: OptionNames<GateRequest & { readonly overrides?: unknown }> = {
  cookie: true,
  userId: true,
  attributes: true,
  session: true,
  request: true,
  app: true,
  mayOverride: true,
  isDevelopment: true,
  secure: true,
  setCookie: true,
  responseCookies: true,
  onCookieAccepted: true,
  onOverridden: true,
  overrides: true,
};

/**
 * Reports a field that looks misspelt, such as `userID`, among those of an object literal. A class may have fields of its
 * own.
 */
export function reportMisspeltField(request: object, report: Report): void {
  if (Object.getPrototypeOf(request) !== Object.prototype) return;
  const mistake = misspeltOption(request, FIELDS);
  if (mistake !== undefined) report(new GatekeeperError('ERR_GK_OPTIONS', `gateFor: ${mistake}`));
}
