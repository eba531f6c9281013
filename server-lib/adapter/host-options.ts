import type { RequestFacts } from '../core/adapter-request.ts';
import { GatekeeperError } from '../core/errors.ts';
import type { Attributes, FlagDefinitions, UserId } from '../core/flags/flag.ts';
import { type OptionNames, readOptions } from '../core/read-options.ts';
import { type VisitorContext, visitorCookie } from '../core/request/visitor-cookie.ts';
import { quoted } from '../core/values.ts';
import type { OfrepOptions } from './ofrep/ofrep-options.ts';
import type { OfrepRoute } from './ofrep/ofrep-route.ts';
import type { OverridePageOptions, OverridePageRoute } from './override-page.ts';
import type { ProtocolRoute } from './protocol-response.ts';
import type { ResponseChanges, ResponseHead } from './response-changes.ts';

/** How to read the user of a host's request. Each function is called only when a flag first needs it. */
export interface HostOptions<Request> {
  readonly userId?: (request: Request) => UserId | null | undefined;
  /**
   * The id of a visitor without a user, for rules only: `visitorCookie()`, or an id that your application has. Called when a
   * rule needs it.
   */
  readonly visitorId?: (request: Request, visitor: VisitorContext) => UserId | null | undefined;
  readonly attributes?: (request: Request) => Attributes;
  /** Default: the session that the host has. */
  readonly session?: (request: Request) => unknown;
}

const HOST_OPTIONS: OptionNames<HostOptions<never>> = {
  userId: true,
  visitorId: true,
  attributes: true,
  session: true,
};

/**
 * Validates the options of an adapter's function `owner`, which may have `others`. Inherited fields do not count. Throws a
 * {@link GatekeeperError} for an invalid option.
 */
export function readHostOptions<Options extends HostOptions<never>>(
  owner: string,
  options: Options,
  others: Partial<OptionNames<Options>> = {},
): Options {
  const settings = readOptions(owner, options, { ...HOST_OPTIONS, ...others } as OptionNames<Options>);
  for (const name of Object.keys(HOST_OPTIONS) as (keyof typeof HOST_OPTIONS)[]) {
    const option: unknown = settings[name];
    if (option === undefined || typeof option === 'function') continue;
    throw new GatekeeperError('ERR_GK_OPTIONS', `${owner}: ${name} must be a function; got ${quoted(option)}`);
  }
  if ((settings.visitorId as unknown) === visitorCookie) {
    throw new GatekeeperError('ERR_GK_OPTIONS', `${owner}: visitorId needs a call; write visitorId: visitorCookie()`);
  }
  return settings;
}

/**
 * A keeper, whatever its flags are: for a plugin, because `register(plugin, options)` has no types in the callbacks of `options`
 * if the plugin has a type parameter.
 */
export interface AnyKeeper {
  readonly grants: { readonly path: string } | undefined;
  readonly adapter: {
    open(facts: RequestFacts): object;
    gateOf(value: unknown): object | undefined;
    mayChangeResponse(gate: object): boolean;
    changesResponse(gate: object): boolean;
    responseChanges(gate: object, response?: ResponseHead): ResponseChanges;
    manifestRoute(options?: { readonly path?: string }): ProtocolRoute<object>;
    grantRoute(): ProtocolRoute<object>;
    ofrepRoute(options: OfrepOptions<FlagDefinitions, never>): OfrepRoute<object>;
    overridePage(options?: OverridePageOptions): OverridePageRoute<object>;
  };
}

/** No options, for a route that is mounted without the middleware. */
export const NO_OPTIONS: HostOptions<unknown> = Object.create(null);

/**
 * Throws a {@link GatekeeperError} unless `value` is a keeper, so that `gatekeeper(flags)` and `manifestRoute()` fail at
 * start-up and not on each request. Checks methods, because an application may have two copies of this package.
 */
export function checkKeeper(handler: string, value: unknown, usage = `${handler}(createGatekeeper({ flags }))`): void {
  const keeper = value as
    | { readonly gateFor?: unknown; readonly adapter?: { readonly open?: unknown } }
    | null
    | undefined;
  if (typeof keeper?.gateFor === 'function' && typeof keeper.adapter?.open === 'function') return;
  const got = value === undefined ? 'nothing' : quoted(value);
  const what = `${handler}: expected a keeper, ${usage}; got ${got}`;
  throw new GatekeeperError('ERR_GK_OPTIONS', what);
}

/** Makes `app.use(gatekeeper)`, without the call, fail at once, in a framework that reads `property` of what it mounts. */
export function rejectUncalled(property: string, functions: readonly ((...args: never[]) => unknown)[]): void {
  for (const mounted of functions) {
    Object.defineProperty(mounted, property, {
      get(): never {
        const { name } = mounted;
        const what = `${name} is mounted without a keeper; write app.use(${name}(keeper))`;
        throw new GatekeeperError('ERR_GK_OPTIONS', what);
      },
    });
  }
}
