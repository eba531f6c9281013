import { cookies, headers } from 'next/headers.js';
import { NextResponse } from 'next/server.js';
// biome-ignore lint/suspicious/noTsIgnore: the directive has to hold both with and without the types
/** @ts-ignore: optional; a project without React sees `any` in their place */
import { createElement, type ReactElement } from 'react';
import { checkKeeper, readHostOptions } from './adapter/host-options.ts';
import type { OfrepOptions } from './adapter/ofrep/ofrep-options.ts';
import type { OverridePageOptions } from './adapter/override-page.ts';
import type { RequestFacts } from './core/adapter-request.ts';
import { GatekeeperError } from './core/errors.ts';
import type { Attributes, UserId } from './core/flags/flag.ts';
import type { VisitorContext } from './core/request/visitor-cookie.ts';
import { FetchFacts } from './fetch/fetch-facts.ts';
import { changedResponse, ownResponse, pathOf, readBody } from './fetch/responses.ts';
import type { FlagDefinitions, Gate, Gatekeeper } from './index.ts';

declare module './core/flags/flag.ts' {
  interface Hosts {
    next: { request: NextGateRequest; session: unknown; app: unknown };
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

/** What Next lets a page, an action, a route handler and the proxy know of a request, for `allowOverrides` and `decide`. */
export interface NextGateRequest {
  readonly headers: Headers;
  readonly cookies: { get(name: string): { readonly name: string; readonly value: string } | undefined };
  /** What the option `userId` returned. */
  readonly userId?: UserId | null | undefined;
  /** What the option `session` returned. */
  readonly session?: unknown;
}

/** How to read the user of a request. Each function may be asynchronous and is called once for each request. */
export interface NextGateOptions {
  readonly userId?: (request: NextGateRequest) => MaybePromise<UserId | null | undefined>;
  /** Synchronous, and called only when a rule needs the id of a visitor. */
  readonly visitorId?: (request: NextGateRequest, visitor: VisitorContext) => UserId | null | undefined;
  readonly attributes?: (request: NextGateRequest) => MaybePromise<Attributes>;
  /** For `decide`, and for `allowOverrides` as `request.session`. */
  readonly session?: (request: NextGateRequest) => unknown;
}

type MaybePromise<Value> = Value | Promise<Value>;

/** The flags of the request that is being rendered or handled. */
export interface NextGate<Flags extends FlagDefinitions> {
  /** This request's gate, the same for all components of a page. Reading it makes a page dynamic. */
  (): Promise<Gate<Flags>>;
  /**
   * The response of a route handler to send: a new one if the flags of the request change it, otherwise `response`. Call it
   * once the handler has evaluated its flags.
   */
  finish(response: Response): Promise<Response>;
}

/** Gives server components, server actions and route handlers the flags of their request. */
export function nextGate<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: NextGateOptions = {},
): NextGate<Flags> {
  checkKeeper('nextGate', keeper);
  const { adapter } = keeper;
  const settings = readHostOptions('nextGate', options as never) as NextGateOptions;
  const opened = new WeakMap<Headers, Promise<Gate<Flags>>>();
  const all = new WeakMap<Headers, readonly Gate<Flags>[]>();
  async function gk(): Promise<Gate<Flags>> {
    // Next has one object for each request, also where React's `cache` does nothing: in actions and route handlers.
    const incoming: Headers = await headers();
    const known = opened.get(incoming);
    if (known !== undefined) return known;
    const gate = open(incoming);
    opened.set(incoming, gate);
    gate.catch(() => opened.delete(incoming));
    return gate;
  }
  async function open(incoming: Headers): Promise<Gate<Flags>> {
    const jar = await cookies();
    const request = new GateRequest(incoming, jar);
    await request.read(settings, isOfNext);
    // A page that an action renders after it has changed an override shows the change.
    const onCookie = (): void => void opened.delete(incoming);
    const gate = adapter.open(new PageFacts(request, { jar, visitorId: settings.visitorId, onCookie }));
    GATES.set(incoming, gate);
    all.set(incoming, [...(all.get(incoming) ?? []), gate]);
    return gate;
  }
  async function finish(response: Response): Promise<Response> {
    let finished = response;
    for (const gate of all.get(await headers()) ?? []) {
      const head = { headers: finished.headers, reservedBytes: RESERVED_BYTES };
      finished = changedResponse(finished, adapter.responseChanges(gate, head));
    }
    return finished;
  }
  return Object.assign(gk, { finish });
}

// Next adds a Vary header of about 100 bytes to the response, and others with some settings.
const RESERVED_BYTES = 512;

/** The options of {@link gatekeeperProxy}. */
export interface GatekeeperProxyOptions<Flags extends FlagDefinitions = FlagDefinitions> extends NextGateOptions {
  /** The path of the manifest. Default: `/.well-known/gatekeeper.json`. */
  readonly manifestPath?: string;
  /** Lets clients on OpenFeature read flags, by the protocol OFREP. Next has no connection to keep open for `events`. */
  readonly ofrep?: Omit<OfrepOptions<Flags, NextGateRequest>, 'events'>;
  /** Serves the override page: `{}`, or with its path. Its `manifestPath` is that of the proxy. */
  readonly overridePage?: Omit<OverridePageOptions, 'manifestPath'>;
}

/** The part of a `NextRequest` that the proxy needs. */
export interface ProxyRequest extends Request {
  readonly cookies: NextGateRequest['cookies'];
}

/** The application's own proxy, which may evaluate flags. Without a response, Next continues. */
export type FlagProxy<Flags extends FlagDefinitions, NextRequest, NextFetchEvent> = (
  request: NextRequest,
  gk: Gate<Flags>,
  event: NextFetchEvent,
) => MaybePromise<Response | null | undefined>;

/**
 * The function for `proxy.ts` (Next 16) or `middleware.ts` with the runtime `nodejs` (Next 15): serves the manifest and the
 * grant's path, and keeps pages of a browser with overrides out of caches. `proxy` is the application's own.
 */
export function gatekeeperProxy<
  Flags extends FlagDefinitions,
  NextRequest extends ProxyRequest = ProxyRequest,
  NextFetchEvent = unknown,
>(
  keeper: Gatekeeper<Flags>,
  options: GatekeeperProxyOptions<Flags> = {},
  proxy?: FlagProxy<Flags, NextRequest, NextFetchEvent>,
): (request: NextRequest, event: NextFetchEvent) => Promise<Response> {
  checkKeeper('gatekeeperProxy', keeper);
  const { adapter, grants } = keeper;
  const settings = readHostOptions(
    'gatekeeperProxy',
    options as never,
    { manifestPath: true, ofrep: true, overridePage: true } as never,
  );
  const { manifestPath, ofrep: ofrepOptions, overridePage, ...reading } = settings as GatekeeperProxyOptions<Flags>;
  const manifest = adapter.manifestRoute(manifestPath === undefined ? {} : { path: manifestPath });
  const routes = grants === undefined ? [manifest] : [manifest, adapter.grantRoute()];
  if (overridePage !== undefined) {
    routes.push(adapter.overridePage({ ...overridePage, ...(manifestPath !== undefined && { manifestPath }) }));
  }
  if ((ofrepOptions as OfrepOptions<Flags, never> | undefined)?.events === true) {
    const what = 'ofrep.events must be left out, because Next has no connection to keep open';
    throw new GatekeeperError('ERR_GK_OPTIONS', `gatekeeperProxy: ${what}; set pollInterval in the client`);
  }
  const ofrep = ofrepOptions && adapter.ofrepRoute(ofrepOptions);
  const host = { adapter, options: { visitorId: reading.visitorId } as never };
  return async function gatekeeperProxy(request, event) {
    const gateRequest = new GateRequest(request.headers, request.cookies);
    const facts = new ProxyFacts<Gate<Flags>>(host, gateRequest, request);
    const { gate } = facts;
    const path = pathOf(request);
    const route = routes.find(({ matches }) => matches(request.method, path));
    const isOfrep = ofrep?.matches(request.method, path) === true;
    const isOurs = route !== undefined || isOfrep || adapter.mayChangeResponse(gate);
    if (!isOurs && proxy === undefined) return NextResponse.next();
    await gateRequest.read(reading, () => false); // a proxy cannot redirect by an error
    const own = isOfrep
      ? await ofrep.respond(gate, { path, body: (limit) => readBody(request, limit) })
      : await route?.respond(gate, undefined, path, path);
    if (own !== undefined) return ownResponse(request, own);
    const response = await proxy?.(request, gate, event);
    gate.browserOverrides(); // as the page will, whose own headers cannot be changed
    // Without the conditions of the request, so that no route handler responds with 304 for another variant.
    const onward = () => NextResponse.next(facts.isChanged ? { request: { headers: request.headers } } : {});
    return facts.finish(response ?? onward());
  };
}

/**
 * The element that lists the flags of the page for the extension; nothing for other visitors. Write it at the end of the page
 * component, not in a layout: layouts are not rendered again for the next page.
 */
export async function GatekeeperUsed<Flags extends FlagDefinitions>({
  gk,
}: {
  readonly gk: Gate<Flags> | Promise<Gate<Flags>> | (() => Promise<Gate<Flags>>);
}): Promise<ReactElement | null> {
  const gate = await (typeof gk === 'function' ? gk() : gk);
  await new Promise((rendered) => setTimeout(rendered)); // components before this one that wait for their gate only
  const element = gate.usedScript();
  if (element === '') return null;
  const __html = element.slice(element.indexOf('>') + 1, element.lastIndexOf('<'));
  const attributes = { type: 'application/json', id: 'gatekeeper-used', dangerouslySetInnerHTML: { __html } };
  return createElement('script', attributes);
}

// The last gate of a request, of any keeper.
const GATES = new WeakMap<Headers, unknown>();
// What the actions and route handlers of a request have changed: the cookies' values by name.
const CHANGED_COOKIES = new WeakMap<Headers, Map<string, string>>();

/** A request whose options have been read. */
class GateRequest implements NextGateRequest {
  readonly headers: Headers;
  readonly cookies: NextGateRequest['cookies'];
  #userId: Read<UserId | null | undefined> = nothing;
  #attributes: Read<Attributes | undefined> = nothing;
  #session: Read<unknown> = nothing;

  constructor(incoming: Headers, jar: NextGateRequest['cookies']) {
    this.headers = incoming;
    this.cookies = jar;
  }

  /** Reads the options. An error that `isPassedOn` is thrown. */
  async read({ userId, attributes, session }: NextGateOptions, isPassedOn: (error: unknown) => boolean): Promise<void> {
    const read = <Value>(option: ((request: NextGateRequest) => MaybePromise<Value>) | undefined) =>
      readOption(() => option?.(this), isPassedOn);
    [this.#userId, this.#attributes, this.#session] = await Promise.all([
      read(userId),
      read(attributes),
      read(session),
    ]);
  }

  get userId(): UserId | null | undefined {
    return this.#userId();
  }

  get attributes(): Attributes | undefined {
    return this.#attributes();
  }

  get session(): unknown {
    return this.#session();
  }

  // Next itself sets the header. A visitor who forges it changes only their own cookie.
  get secure(): boolean {
    return /^https\b/i.test(this.headers.get('x-forwarded-proto') ?? '');
  }
}

type Read<Value> = () => Value | undefined;

const nothing = (): undefined => undefined;

/** Calls an option. If it fails, the flags that need its value fail, and not the page. */
async function readOption<Value>(
  option: () => MaybePromise<Value | undefined>,
  isPassedOn: (error: unknown) => boolean,
): Promise<Read<Value>> {
  try {
    const value = await option();
    return () => value;
  } catch (error) {
    if (isPassedOn(error)) throw error;
    return () => {
      throw error;
    };
  }
}

/** Whether Next throws this error itself: for redirect(), notFound() and pages that turn out to be dynamic. */
function isOfNext(error: unknown): boolean {
  return typeof (error as { readonly digest?: unknown } | null)?.digest === 'string';
}

interface PageParts {
  readonly jar: Awaited<ReturnType<typeof cookies>>;
  readonly visitorId: NextGateOptions['visitorId'];
  readonly onCookie: () => void;
}

/** What Next tells a page, an action or a route handler of its request. */
class PageFacts implements RequestFacts {
  readonly incoming: { readonly headers: Headers };
  readonly request: never;
  readonly previousGate: unknown;
  readonly #request: GateRequest;
  readonly #parts: PageParts;

  constructor(request: GateRequest, parts: PageParts) {
    this.incoming = { headers: request.headers };
    this.request = request as never;
    this.previousGate = GATES.get(request.headers);
    this.#request = request;
    this.#parts = parts;
  }

  get cookie(): string | undefined {
    const { headers } = this.#request;
    const raw = headers.get('cookie') ?? undefined;
    const changed = CHANGED_COOKIES.get(headers);
    if (changed === undefined) return raw;
    const others = (raw ?? '').split(';').filter((pair) => !changed.has(pair.split('=', 1)[0]?.trim() ?? ''));
    const pairs = [...changed].filter(([, value]) => value !== '').map(([name, value]) => `${name}=${value}`);
    return [...others, ...pairs].join(';');
  }

  get userId(): UserId | null | undefined {
    return this.#request.userId;
  }

  get visitorId(): RequestFacts['visitorId'] {
    const { visitorId } = this.#parts;
    return visitorId && ((visitor) => visitorId(this.#request, visitor));
  }

  get attributes(): Attributes | undefined {
    return this.#request.attributes;
  }

  get session(): never {
    return this.#request.session as never;
  }

  get secure(): boolean {
    return this.#request.secure;
  }

  get responseCookies(): readonly string[] {
    return [...(CHANGED_COOKIES.get(this.#request.headers) ?? [])].map(([name, value]) => `${name}=${value}`);
  }

  // Throws in a server component: only actions and route handlers can set a cookie.
  setCookie(line: string): void {
    const { jar, onCookie } = this.#parts;
    const [name, value, attributes] = readCookieLine(line);
    jar.set({ ...attributes, name, value: decodeURIComponent(value) });
    const { headers } = this.#request;
    const changed = CHANGED_COOKIES.get(headers) ?? new Map<string, string>();
    CHANGED_COOKIES.set(headers, changed.set(name, value));
    onCookie();
  }
}

/** Our own `Set-Cookie` line, as `cookies().set()` takes it. */
function readCookieLine(line: string): readonly [name: string, value: string, attributes: object] {
  const [pair = '', ...rest] = line.split('; ');
  const [name = '', value = ''] = pair.split('=', 2);
  const attributes = new Map(rest.map((one) => one.split('=', 2) as [string, string | undefined]));
  return [
    name,
    value,
    {
      path: '/',
      maxAge: Number(attributes.get('Max-Age')),
      sameSite: 'lax',
      secure: attributes.has('Secure'),
      httpOnly: attributes.has('HttpOnly'),
    },
  ];
}

/** What the proxy knows of a request. */
class ProxyFacts<HostGate> extends FetchFacts<GateRequest, HostGate> {
  isChanged = false;

  override get userId(): UserId | null | undefined {
    return this.request.userId;
  }

  override get attributes(): Attributes | undefined {
    return this.request.attributes;
  }

  protected override get hostSession(): unknown {
    return this.request.session;
  }

  get secure(): boolean {
    return this.request.secure;
  }

  override onResponseChange(): void {
    this.isChanged = true;
    super.onResponseChange();
  }
}
