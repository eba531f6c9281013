import { GatekeeperError } from '../../core/errors.ts';
import type { CompiledFlag } from '../../core/flags/compiled-flag.ts';
import type { FlagDefinitions, FlagName, HostRequest, RegisteredFlags } from '../../core/flags/flag.ts';
import { type OptionNames, readOptions } from '../../core/read-options.ts';
import { didYouMean, quoted } from '../../core/values.ts';
import { isOrigin, isPath } from '../../permission/grants/grant-options.ts';
import { OFREP_PATH } from '../../wire/ofrep.ts';

/** Which flags clients of OFREP may read, and for whom they are evaluated. */
export interface OfrepOptions<Flags extends FlagDefinitions = RegisteredFlags, Request = HostRequest> {
  /** The flags that clients may read. Hidden flags are never among them. */
  readonly flags: readonly FlagName<Flags>[];
  /**
   * Whose user and attributes count: `'session'`, those that the server knows, or `'caller'`, those that the client sends. A
   * browser can send any user, so `'caller'` is for other servers and needs `authorize`. Default: `'session'`.
   */
  readonly context?: 'session' | 'caller';
  /**
   * The names of the attributes that the client may send. The server's own attributes have precedence. Default: none with the
   * context `'session'`, all with `'caller'`.
   */
  readonly attributes?: readonly string[];
  /** Whether a request may read flags: only if this returns exactly `true`. Others get status 401. Must be synchronous. */
  authorize?(request: Request): boolean;
  /** The origins of other sites whose pages may read flags, `https://app.example.com`, with cookies. Default: none. */
  readonly origins?: readonly string[];
  /** Whether clients are told at once of changed rules, by server-sent events. Default: `false`. */
  readonly events?: boolean;
  /** The path of the client's `baseUrl`: what stands before `/ofrep/v1/evaluate/flags`. Default: none. */
  readonly path?: string;
}

/** The validated options with their defaults. */
export interface OfrepSettings {
  /** Without hidden flags. */
  readonly flags: readonly string[];
  readonly isCaller: boolean;
  /** `undefined`: all. */
  readonly attributes: readonly string[] | undefined;
  readonly authorize: ((request: never) => boolean) | undefined;
  readonly origins: readonly string[];
  readonly events: boolean;
  /** `/ofrep/v1` and what stands before it. */
  readonly path: string;
}

/** Validates the options, own fields only. Throws a {@link GatekeeperError} for an invalid option. */
export function readOfrepOptions(
  options: OfrepOptions<FlagDefinitions, never>,
  known: ReadonlyMap<string, CompiledFlag>,
): OfrepSettings {
  const own = readOptions('ofrepRoute', options, OPTIONS);
  const { flags, context = 'session', attributes, authorize, origins = [], events = false, path = '' } = own;
  const error =
    flagsError(flags, known) ??
    contextError(context, authorize) ??
    (attributes === undefined ? undefined : namesError('attributes', attributes, "['country']")) ??
    originsError(origins) ??
    (typeof events === 'boolean' ? undefined : `events must be true or false; got ${quoted(events)}`) ??
    pathError(path);
  if (error !== undefined) throw new GatekeeperError('ERR_GK_OPTIONS', `ofrepRoute: ${error}`);
  const isCaller = context === 'caller';
  return {
    flags: [...new Set(flags)].filter((name) => known.get(name)?.definition.hidden !== true),
    isCaller,
    attributes: attributes === undefined ? (isCaller ? undefined : []) : [...attributes],
    authorize: authorize as OfrepSettings['authorize'],
    origins: [...origins],
    events,
    path: path.replace(END_OF_PATH, OFREP_PATH),
  };
}

const OPTIONS: OptionNames<OfrepOptions<FlagDefinitions, never>> = {
  flags: true,
  context: true,
  attributes: true,
  authorize: true,
  origins: true,
  events: true,
  path: true,
};

// Also accepts the whole path.
const END_OF_PATH = /\/?(?:\/ofrep\/v1(?:\/evaluate\/flags)?)?$/;

function flagsError(flags: unknown, known: ReadonlyMap<string, CompiledFlag>): string | undefined {
  const error = namesError('flags', flags, "['CHECKOUT']");
  if (error !== undefined) return error;
  const unknown = (flags as readonly string[]).find((name) => !known.has(name));
  return unknown === undefined
    ? undefined
    : `flags names ${quoted(unknown)}, but there is no such flag${didYouMean(unknown, known.keys())}`;
}

function namesError(option: string, names: unknown, example: string): string | undefined {
  if (!Array.isArray(names)) return `${option} must be an array of names, ${example}; got ${quoted(names)}`;
  const bad = names.findIndex((name) => typeof name !== 'string'); // not find(): undefined may be the bad one
  return bad === -1 ? undefined : `${option}[${bad}] must be a string; got ${quoted(names[bad])}`;
}

function contextError(context: unknown, authorize: unknown): string | undefined {
  if (context !== 'session' && context !== 'caller') {
    return `context must be 'session' or 'caller'; got ${quoted(context)}`;
  }
  if (authorize !== undefined && typeof authorize !== 'function') {
    return `authorize must be a function; got ${quoted(authorize)}`;
  }
  if (context === 'session' || authorize !== undefined) return undefined;
  return "context 'caller' needs authorize(request), because a caller can name any user";
}

function originsError(origins: unknown): string | undefined {
  if (!Array.isArray(origins)) return `origins must be an array; got ${quoted(origins)}`;
  const bad = origins.findIndex((origin) => !isOrigin(origin));
  if (bad === -1) return undefined;
  const what = 'must be an origin like https://app.example.com, in lower case and without a path';
  return `origins[${bad}] ${what}; got ${quoted(origins[bad])}`;
}

function pathError(path: unknown): string | undefined {
  return path === '' || isPath(path) ? undefined : `path must be a plain path like /api; got ${quoted(path)}`;
}
