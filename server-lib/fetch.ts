import { checkKeeper, type HostOptions, readHostOptions } from './adapter/host-options.ts';
import type { OfrepOptions } from './adapter/ofrep/ofrep-options.ts';
import type { OfrepRoute } from './adapter/ofrep/ofrep-route.ts';
import type { OverridePageOptions } from './adapter/override-page.ts';
import type { ProtocolRoute } from './adapter/protocol-response.ts';
import { FetchFacts, openedGate } from './fetch/fetch-facts.ts';
import { ownResponse, pathOf, readBody } from './fetch/responses.ts';
import type { FlagDefinitions, Gate, Gatekeeper } from './index.ts';

declare module './core/flags/flag.ts' {
  interface Hosts {
    fetch: { request: Request; session: unknown; app: unknown };
  }
}

export { ofrepDocument } from './adapter/ofrep/ofrep-document.ts';
export type { OfrepOptions } from './adapter/ofrep/ofrep-options.ts';
export type { OverridePageOptions } from './adapter/override-page.ts';
export {
  type VisitorContext,
  type VisitorCookieOptions,
  type VisitorIdFunction,
  visitorCookie,
} from './core/request/visitor-cookie.ts';

/** How to read the user of a request. Each function is called only when a flag first needs it. */
export type FetchOptions = HostOptions<Request>;

/** The options of {@link handle}. */
export interface HandleOptions<Flags extends FlagDefinitions = FlagDefinitions> extends FetchOptions {
  /** The path of the manifest. Default: `/.well-known/gatekeeper.json`. */
  readonly manifestPath?: string;
  /** Lets clients on OpenFeature read flags, by the protocol OFREP. Create this object once, not on each request. */
  readonly ofrep?: OfrepOptions<Flags, Request>;
  /** Serves the override page: `{}`, or with its path. Its `manifestPath` is that of `handle`. */
  readonly overridePage?: Omit<OverridePageOptions, 'manifestPath'>;
}

/** The gate of a request, and what its response needs. */
export interface OpenedGate<Flags extends FlagDefinitions> {
  /** This request's feature flags. */
  readonly gk: Gate<Flags>;
  /**
   * The response to send: a new one if the flags of the request change it, otherwise `response`. Call it once the page has
   * evaluated its flags.
   */
  finish(response: Response): Response;
}

/** Opens the gate of a request, for a server on `Request` and `Response`. */
export function openGate<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  request: Request,
  options: FetchOptions = NO_OPTIONS,
): OpenedGate<Flags> {
  checkKeeper('openGate', keeper);
  const facts = openFacts(keeper, request, readHostOptions('openGate', options));
  return { gk: facts.gate, finish: (response) => facts.finish(response) };
}

/**
 * The response to a request for one of our routes: the manifest and, if the keeper has grants, the grant's path. `undefined`
 * for every other request and for one that is refused: respond to it as to an unknown path.
 */
export async function handle<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  request: Request,
  options: HandleOptions<Flags> = NO_OPTIONS,
): Promise<Response | undefined> {
  checkKeeper('handle', keeper);
  const settings = readHostOptions('handle', options, { manifestPath: true, ofrep: true, overridePage: true });
  const path = pathOf(request);
  const gate = (): Gate<Flags> =>
    keeper.adapter.gateOf(openedGate(request)) ?? openFacts(keeper, request, settings).gate;
  const route = routesOf(keeper, settings).find(({ matches }) => matches(request.method, path));
  const ofrep = settings.ofrep && ofrepRouteOf(keeper, settings.ofrep);
  const isOfrep = ofrep?.matches(request.method, path) === true;
  const own = isOfrep
    ? await ofrep.respond(gate(), { path, body: (limit) => readBody(request, limit) })
    : await route?.respond(gate(), undefined, path, path);
  return own && ownResponse(request, own);
}

const NO_OPTIONS: FetchOptions = {};

function openFacts<Flags extends FlagDefinitions>(
  { adapter }: Gatekeeper<Flags>,
  request: Request,
  options: FetchOptions,
): FetchFacts<Request, Gate<Flags>> {
  return new FetchFacts({ adapter, options }, request, request);
}

const ROUTES = new WeakMap<object, Map<string, readonly ProtocolRoute<never>[]>>();

/** The routes of a keeper, which are created once for each set of paths. */
function routesOf<Flags extends FlagDefinitions>(
  { adapter, grants }: Gatekeeper<Flags>,
  { manifestPath, overridePage }: HandleOptions<Flags>,
): readonly ProtocolRoute<Gate<Flags>>[] {
  const routes = ROUTES.get(adapter) ?? new Map();
  ROUTES.set(adapter, routes);
  const paths = JSON.stringify([manifestPath, overridePage]);
  const known = routes.get(paths);
  if (known !== undefined) return known;
  const manifest = adapter.manifestRoute(manifestPath === undefined ? {} : { path: manifestPath });
  const created = [manifest];
  if (grants !== undefined) created.push(adapter.grantRoute());
  if (overridePage !== undefined) {
    created.push(adapter.overridePage({ ...overridePage, ...(manifestPath !== undefined && { manifestPath }) }));
  }
  routes.set(paths, created);
  return created;
}

const OFREP_ROUTES = new WeakMap<object, WeakMap<object, OfrepRoute<never>>>();

/** The route of OFREP with these options, which is created once for each keeper. */
function ofrepRouteOf<Flags extends FlagDefinitions>(
  { adapter }: Gatekeeper<Flags>,
  options: OfrepOptions<Flags, Request>,
): OfrepRoute<Gate<Flags>> {
  const routes = OFREP_ROUTES.get(adapter) ?? new WeakMap<object, OfrepRoute<never>>();
  OFREP_ROUTES.set(adapter, routes);
  const known = routes.get(options) as OfrepRoute<Gate<Flags>> | undefined;
  if (known !== undefined) return known;
  const created = adapter.ofrepRoute(options);
  routes.set(options, created as OfrepRoute<never>);
  return created;
}
