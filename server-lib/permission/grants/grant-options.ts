import { GatekeeperError } from '../../core/errors.ts';
import { type OptionNames, unknownOptionError } from '../../core/read-options.ts';
import { isRecord, quoted } from '../../core/values.ts';
import { parseUrl } from '../../wire/untrusted-json.ts';
import { type GrantKey, KeyRing } from './key-ring.ts';
import { MAX_GRANT_AGE } from './token.ts';

/** Who a grant is for, and which flags it covers. */
export interface GrantSubject {
  readonly sub: string | number;
  /** `'*'` (or `['*']`) for every flag, or the names of at most 64 flags. With `undefined`, no grant is issued. */
  readonly scope: '*' | readonly string[];
}

/** How a site issues grants in production. Its functions must be synchronous; a promise is a refusal. */
export interface GrantOptions<Request> {
  /** The first key signs, all keys verify. To rotate, insert a new key first. */
  readonly keys: readonly GrantKey[];
  /** The site's origins, `https://app.example.com`. Grants are issued for the first, and verified for all. */
  readonly origins: readonly string[];
  /** The user who may have a grant, or `null`. */
  readonly authorize: (request: Request) => GrantSubject | null;
  /** The id of the signed-in user, the same as in `authorize`. Without it, a grant is not bound to its user. */
  readonly subjectOf?: (request: Request) => string | number | null | undefined;
  /** Whether a grant was revoked. The grant is valid only if this returns exactly `false`. */
  readonly isRevoked?: (jti: string, sub: string) => boolean;
  /** Grants of an earlier generation are invalid. Default: 0. */
  readonly generation?: number;
  /** The lifetime of a grant in seconds, at most a day. Default: eight hours. */
  readonly maxAge?: number;
  /** The path that issues and revokes grants. Default: `/gatekeeper/grant`. */
  readonly path?: string;
}

/** The validated options with their defaults. */
export interface GrantSettings<Request> extends Omit<GrantOptions<Request>, 'keys'> {
  readonly keys: KeyRing;
  readonly generation: number;
  readonly maxAge: number;
  readonly path: string;
}

/** Validates the options, own fields only. Throws a `GatekeeperError` for an invalid option. */
export function validateGrantOptions<Request>(options: GrantOptions<Request>): GrantSettings<Request> {
  if (!isRecord(options)) {
    const what = `expected { keys, origins, authorize }; got ${quoted(options)}`;
    throw new GatekeeperError('ERR_GK_GRANTS', `grants: ${what}`);
  }
  // No prototype, so that a polluted Object.prototype cannot grant anything.
  const own: GrantOptions<Request> = Object.assign(Object.create(null), options);
  const { generation = 0, maxAge = 28_800, path = '/gatekeeper/grant' } = own;
  const error =
    unknownOptionError(own, GRANT_OPTIONS) ??
    originsError(own.origins) ??
    undefinedOptionError(own) ??
    hooksError(own) ??
    valuesError({ generation, maxAge, path });
  if (error !== undefined) throw new GatekeeperError('ERR_GK_GRANTS', `grants: ${error}`);
  const origins = [...own.origins]; // a copy, so that no origin can be added later
  return Object.assign(own, { keys: new KeyRing(own.keys), origins, generation, maxAge, path });
}

const GRANT_OPTIONS: OptionNames<GrantOptions<never>> = {
  keys: true,
  origins: true,
  authorize: true,
  subjectOf: true,
  isRevoked: true,
  generation: true,
  maxAge: true,
  path: true,
};

function originsError(origins: unknown): string | undefined {
  if (!Array.isArray(origins) || origins.length === 0)
    return "origins must be a non-empty array, ['https://app.example.com']";
  const bad = origins.findIndex((origin) => !isOrigin(origin)); // not find(): undefined may be the bad one
  if (bad === -1) return undefined;
  const what = `must be an origin like https://app.example.com, in lower case and without a path`;
  return `origins[${bad}] ${what}; got ${quoted(origins[bad])}`;
}

// For example, `generation: config.generation` with a missing value must not make earlier generations valid again.
function undefinedOptionError(options: GrantOptions<never>): string | undefined {
  const failed = RESTRICTING_OPTIONS.find((name) => Object.hasOwn(options, name) && options[name] === undefined);
  return failed && `${failed} must have a value; got undefined. Remove the key to use the default`;
}

/** The options that limit what a grant can do. */
const RESTRICTING_OPTIONS = ['subjectOf', 'isRevoked', 'generation', 'maxAge'] as const;

function hooksError({ authorize, subjectOf, isRevoked }: GrantOptions<never>): string | undefined {
  if (typeof authorize !== 'function') return `authorize must be a function; got ${quoted(authorize)}`;
  for (const [name, hook] of Object.entries({ subjectOf, isRevoked })) {
    if (hook !== undefined && typeof hook !== 'function') return `${name} must be a function; got ${quoted(hook)}`;
  }
  return undefined;
}

type Values = Pick<GrantSettings<never>, 'generation' | 'maxAge' | 'path'>;

function valuesError({ generation, maxAge, path }: Values): string | undefined {
  if (!Number.isSafeInteger(generation) || generation < 0) {
    return `generation must be a whole number of at least 0; got ${quoted(generation)}`;
  }
  if (!Number.isInteger(maxAge) || maxAge < 1 || maxAge > MAX_GRANT_AGE) {
    return `maxAge must be 1 to ${MAX_GRANT_AGE} seconds; got ${quoted(maxAge)}`;
  }
  return isPath(path) ? undefined : `path must be a plain path like /gatekeeper/grant; got ${quoted(path)}`;
}

/**
 * Whether `value` is an origin exactly as a browser sends it in `Origin`. Plain http is valid only for a loopback host,
 * where no request leaves the machine.
 */
export function isOrigin(value: unknown): value is string {
  const url = typeof value === 'string' ? parseUrl(value) : undefined;
  if (url === undefined) return false;
  const { origin, protocol, hostname } = url;
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
  return isSafe && origin === value && HOST.test(hostname);
}

/** Whether `value` is only a path. Browsers read "//a.example" and "/\a.example" as another host. */
export function isPath(value: unknown): value is string {
  return typeof value === 'string' && parseUrl(value, BASE_URL)?.pathname === value;
}

const BASE_URL = 'https://host.invalid'; // a reserved name, RFC 2606 2
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const HOST = /^[\w.:[\]-]+$/; // without "*", which a URL allows but which would look like a pattern and match nothing
