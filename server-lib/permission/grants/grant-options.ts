import { GatekeeperError } from '../../core/errors.ts';
import { type OptionNames, unknownOptionError } from '../../core/read-options.ts';
import { isRecord, quoted } from '../../core/values.ts';
import { type GrantKey, KeyRing } from './key-ring.ts';
import { MAX_GRANT_AGE } from './token.ts';

/** Who a grant is for, and which flags it covers. */
export interface GrantSubject {
  readonly sub: string | number;
  /** `'*'` (or `['*']`) for every flag, or the names of at most 64 flags. `undefined` gives no grant. */
  readonly scope: '*' | readonly string[];
}

/** How a site grants overriding in production. Its functions answer synchronously; a promise is a no. */
export interface GrantOptions<Request> {
  /** The first signs, all verify: a key is rotated by putting a new one first. */
  readonly keys: readonly GrantKey[];
  /** Where the site is served, `https://app.example.com`; grants are made out to the first. */
  readonly origins: readonly string[];
  /** Who may have a grant; `null` is nobody. */
  readonly authorize: (request: Request) => GrantSubject | null;
  /** Who is signed in, as `authorize` names people; where it is left out, a grant is not bound to its person. */
  readonly subjectOf?: (request: Request) => string | number | null | undefined;
  /** Whether a grant was called back: exactly `false` lets it count. */
  readonly isRevoked?: (jti: string, sub: string) => boolean;
  /** Grants of an earlier generation do not count; 0 where left out. */
  readonly generation?: number;
  /** Seconds that a grant holds, at most a day; eight hours where left out. */
  readonly maxAge?: number;
  /** The path that gives grants and takes them back; `/gatekeeper/grant` where left out. */
  readonly path?: string;
}

/** The options, checked and completed. */
export interface GrantSettings<Request> extends Omit<GrantOptions<Request>, 'keys'> {
  readonly keys: KeyRing;
  readonly generation: number;
  readonly maxAge: number;
  readonly path: string;
}

/** Checks options, own fields only; throws a `GatekeeperError` for what cannot be meant. */
export function validateGrantOptions<Request>(options: GrantOptions<Request>): GrantSettings<Request> {
  if (!isRecord(options)) {
    const what = `expected { keys, origins, authorize }, got ${quoted(options)}`;
    throw new GatekeeperError('ERR_GK_GRANTS', `grants: ${what}`);
  }
  // No prototype: what somebody put on Object.prototype must let nobody in.
  const given: GrantOptions<Request> = Object.assign(Object.create(null), options);
  const { generation = 0, maxAge = 28_800, path = '/gatekeeper/grant' } = given;
  const error =
    unknownOptionError(given, GRANT_OPTIONS) ??
    originsError(given.origins) ??
    undefinedOptionError(given) ??
    hooksError(given) ??
    valuesError({ generation, maxAge, path });
  if (error !== undefined) throw new GatekeeperError('ERR_GK_GRANTS', `grants: ${error}`);
  const origins = [...given.origins]; // a copy: a list that grows later must not let more in
  return Object.assign(given, { keys: new KeyRing(given.keys), origins, generation, maxAge, path });
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
  if (!Array.isArray(origins) || origins.length === 0) return "origins: name at least one, ['https://app.example.com']";
  const bad = origins.findIndex((origin) => !isOrigin(origin)); // not find(): undefined may be the bad one
  if (bad === -1) return undefined;
  return `origins: ${quoted(origins[bad])} is no origin like https://app.example.com, in lower case and without path`;
}

// `generation: config.generation` that finds nothing must not bring the earlier generations back, and so on.
function undefinedOptionError(options: GrantOptions<never>): string | undefined {
  const failed = RESTRICTING_OPTIONS.find((name) => Object.hasOwn(options, name) && options[name] === undefined);
  return failed && `${failed} must have a value; got undefined. Remove the key to use the default`;
}

/** The options that limit what a grant can do. */
const RESTRICTING_OPTIONS = ['subjectOf', 'isRevoked', 'generation', 'maxAge'] as const;

function hooksError({ authorize, subjectOf, isRevoked }: GrantOptions<never>): string | undefined {
  if (typeof authorize !== 'function') return `authorize is a function, not ${quoted(authorize)}`;
  for (const [name, hook] of Object.entries({ subjectOf, isRevoked })) {
    if (hook !== undefined && typeof hook !== 'function') return `${name} is a function, not ${quoted(hook)}`;
  }
  return undefined;
}

type Values = Pick<GrantSettings<never>, 'generation' | 'maxAge' | 'path'>;

function valuesError({ generation, maxAge, path }: Values): string | undefined {
  if (!Number.isSafeInteger(generation) || generation < 0) {
    return `generation is a whole number from 0, not ${quoted(generation)}`;
  }
  if (!Number.isInteger(maxAge) || maxAge < 1 || maxAge > MAX_GRANT_AGE) {
    return `maxAge is 1 to ${MAX_GRANT_AGE} seconds, not ${quoted(maxAge)}`;
  }
  return isPath(path) ? undefined : `path is a plain path like /gatekeeper/grant, not ${quoted(path)}`;
}

/**
 * Whether `value` is an origin exactly as a browser writes it in `Origin`. Plain http only where no request ever
 * leaves the machine.
 */
function isOrigin(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { origin, protocol, hostname } = new URL(value);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
  return isSafe && origin === value && HOST.test(hostname);
}

/** Whether `value` is a path of this host and nothing else: to a browser "//a.example" and "/\a.example" are others. */
export function isPath(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value, BASE_URL) && new URL(value, BASE_URL).pathname === value;
}

const BASE_URL = 'https://host.invalid'; // RFC 2606 2: nobody's
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const HOST = /^[\w.:[\]-]+$/; // a URL may have "*" in its host, which here would look like a pattern and match nothing
