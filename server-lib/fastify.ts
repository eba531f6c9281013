import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
// biome-ignore lint/suspicious/noTsIgnore: the directive has to hold both with and without the types
/** @ts-ignore: optional; a project without Fastify sees `any` in place of its types */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Host } from './adapter/host-facts.ts';
import { type AnyKeeper, checkKeeper, type HostOptions, NO_OPTIONS, readHostOptions } from './adapter/host-options.ts';
import type { OfrepOptions } from './adapter/ofrep/ofrep-options.ts';
import type { OverridePageOptions } from './adapter/override-page.ts';
import type { ProtocolRoute } from './adapter/protocol-response.ts';
import { GatekeeperError, tryCall } from './core/errors.ts';
import { readOptions } from './core/read-options.ts';
import { boundGate } from './core/request/gate.ts';
import { whenComplete } from './core/thenable.ts';
import { quoted } from './core/values.ts';
import { NodeFacts } from './http/node-facts.ts';
import { isStorable, pathOf, readBody, removeConditionalHeaders, sendOwnResponse } from './http/own-response.ts';
import { applyChanges, headersOf, setCookie, setCookieLines } from './http/response-headers.ts';
import { watchResponse } from './http/watch-response.ts';
import type { Gate, RegisteredFlags } from './index.ts';
import { MANIFEST_PATH } from './wire/names.ts';

declare module './core/flags/flag.ts' {
  interface Hosts {
    fastify: {
      request: FastifyRequest;
      session: FastifyRequest extends { session?: infer Session } ? Session : unknown;
      app: FastifyInstance;
    };
  }
}

// biome-ignore lint/suspicious/noTsIgnore: as above
/** @ts-ignore: optional, as above */
declare module 'fastify' {
  interface FastifyRequest {
    /** This request's feature flags. */
    gk: Gate;
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

/** The options of the plugin `gatekeeper`. Each function is called only when a flag first needs it. */
export interface GatekeeperPluginOptions extends HostOptions<FastifyRequest> {
  readonly keeper: AnyKeeper;
}

/** The options of the plugin `manifestRoute`. */
export interface ManifestPluginOptions {
  readonly keeper: AnyKeeper;
  /** Default: `/.well-known/gatekeeper.json`. */
  readonly path?: string;
}

/** The options of the plugin `grantRoute`. */
export interface GrantPluginOptions {
  readonly keeper: AnyKeeper;
}

/** The options of the plugin `ofrepRoute`. */
export interface OfrepPluginOptions extends OfrepOptions<RegisteredFlags, FastifyRequest> {
  readonly keeper: AnyKeeper;
}

/** The options of the plugin `overridePage`. */
export interface OverridePagePluginOptions extends OverridePageOptions {
  readonly keeper: AnyKeeper;
}

/**
 * A plugin that gives each request its gate, as `request.gk` and, for the templates of `@fastify/view`, as `reply.locals.gk`.
 * It is not encapsulated: register it once, before the routes.
 */
export async function gatekeeper(app: FastifyInstance, options: GatekeeperPluginOptions): Promise<void> {
  const { keeper, ...own } = ownOptions('gatekeeper', options);
  const { adapter } = keeper;
  const host = { adapter, options: readHostOptions('gatekeeper', own) };
  if (app.hasRequestDecorator('gk')) {
    const what = 'gatekeeper is registered twice, or another plugin adds "gk" to requests; register it once';
    throw new GatekeeperError('ERR_GK_OPTIONS', what);
  }
  app.decorateRequest('gk', null as never);
  const hasLocals = app.hasReplyDecorator('locals');
  if (!hasLocals) app.decorateReply('locals', LOCALS as never);
  app.addHook('onRequest', function gatekeeperHook(request, reply, done) {
    const facts = new FastifyFacts(host, request, reply);
    const { gate } = facts;
    request.gk = gate as never;
    if (hasLocals) Object.assign(reply, { locals: addToLocals(reply, { ...(reply as { locals?: Locals }).locals }) });
    // Other responses are watched only if an override applies later.
    if (adapter.mayChangeResponse(gate)) facts.watchResponse();
    done();
  });
}

/**
 * A plugin that serves the manifest to requests that may override or may have a grant. Other requests get what an unknown
 * path gets.
 */
export async function manifestRoute(app: FastifyInstance, options: ManifestPluginOptions): Promise<void> {
  const { keeper, ...own } = ownOptions('manifestRoute', options);
  const route = keeper.adapter.manifestRoute(own);
  addRoute(app, keeper, { route, path: own.path ?? MANIFEST_PATH, methods: ['GET', 'HEAD'] });
}

/**
 * A plugin that issues a grant to the user that `authorize` returns (POST) and revokes it (DELETE), for requests that the
 * site's own pages make on purpose. Other requests get what an unknown path gets.
 */
export async function grantRoute(app: FastifyInstance, options: GrantPluginOptions): Promise<void> {
  const { keeper, ...own } = ownOptions('grantRoute', options);
  readOptions('grantRoute', own, {});
  const route = keeper.adapter.grantRoute();
  addRoute(app, keeper, { route, path: keeper.grants?.path ?? '', methods: ['POST', 'DELETE'] });
}

/** A plugin that lets clients on OpenFeature read the variants of `flags`, by the protocol OFREP. */
export async function ofrepRoute(app: FastifyInstance, options: OfrepPluginOptions): Promise<void> {
  const { keeper, ...own } = ownOptions('ofrepRoute', options);
  const { adapter } = keeper;
  const route = adapter.ofrepRoute(own);
  const host = { adapter, options: NO_OPTIONS };
  // Fastify applies it only to a plugin that is encapsulated, as the inner one.
  const { prefix = '' } = options as { readonly prefix?: string };
  await app.register(gatekeeperOfrep, { prefix });

  async function gatekeeperOfrep(scope: FastifyInstance): Promise<void> {
    // The route reads the body itself, so that an invalid one gets a response of OFREP.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request: unknown, _payload: unknown, done: (error: null) => void) => done(null));
    scope.route({
      method: ['GET', 'OPTIONS', 'POST'],
      url: `${route.path}/*`,
      exposeHeadRoute: false,
      async handler(request: FastifyRequest, reply: FastifyReply) {
        const [prefix, path] = splitPath(pathOf(request.raw.url), scope.prefix);
        const gate = adapter.gateOf(request.gk) ?? new FastifyFacts(host, request, reply).gate;
        const target = headersOfReply(reply);
        const body = (limit: number) => readBody(request.raw, limit);
        const isOurs = route.matches(request.method, path);
        const response = isOurs
          ? await route.respond(gate, { path, prefix, headers: headersOf(target), body })
          : undefined;
        if (response === undefined) return reply.callNotFound();
        if (response.events === undefined) {
          applyChanges(target, response.headers);
          return reply.code(response.status).send(response.body ?? undefined);
        }
        reply.hijack(); // Fastify would end it
        for (const [name, value] of headersOf(target)) reply.raw.setHeader(name, value as string);
        sendOwnResponse(reply.raw as ServerResponse, response);
      },
    });
  }
}

/** Splits a path after a plugin's prefix, whose parameters have values of any length in it. */
function splitPath(path = '', prefix: string): readonly [prefix: string, rest: string] {
  const count = prefix.replace(/\/$/, '').split('/').length;
  const segments = path.split('/');
  return [segments.slice(0, count).join('/'), `/${segments.slice(count).join('/')}`];
}

/**
 * A plugin that serves the page that does what the extension's popup does, for browsers without the extension, to requests that
 * may read the manifest. Other requests get what an unknown path gets.
 */
export async function overridePage(app: FastifyInstance, options: OverridePagePluginOptions): Promise<void> {
  const { keeper, ...own } = ownOptions('overridePage', options);
  const route = keeper.adapter.overridePage(own);
  addRoute(app, keeper, { route, path: route.path, hasFiles: true, methods: ['GET', 'HEAD'] });
}

// Fastify and its plugins read these: https://github.com/fastify/fastify-plugin, which sets the same.
for (const plugin of [gatekeeper, manifestRoute, grantRoute, ofrepRoute, overridePage]) {
  Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: `gatekeeper-flags ${plugin.name}`,
    [Symbol.for('plugin-meta')]: { fastify: '5.x', name: `gatekeeper-flags/${plugin.name}` },
  });
}

/**
 * The options of a plugin, without those that `register` itself reads. Fastify does not apply a prefix to a plugin that is not
 * encapsulated.
 */
function ownOptions<Options extends { readonly keeper: unknown }>(owner: string, options: Options): Options {
  const { prefix, logLevel, logSerializers, ...own } = { ...options } as Options & Record<string, unknown>;
  if (prefix && owner !== 'ofrepRoute') {
    const what = `${owner}: Fastify ignores prefix, ${quoted(prefix)}; register it in a plugin that has the prefix`;
    throw new GatekeeperError('ERR_GK_OPTIONS', what);
  }
  checkKeeper(owner, own.keeper, `app.register(${owner}, { keeper: createGatekeeper({ flags }) })`);
  return own as unknown as Options;
}

interface MountedRoute {
  readonly route: ProtocolRoute<object>;
  readonly path: string;
  /** Whether the route has paths below `path`, too. */
  readonly hasFiles?: boolean;
  readonly methods: readonly ('GET' | 'HEAD' | 'POST' | 'DELETE')[];
}

/**
 * Serves a route of the protocol. On the application itself it is a hook, so that a refused request goes on to whatever serves
 * an unknown path there, also to a route like `/*`. In an encapsulated plugin, hooks run only for the routes of the plugin,
 * so it is a route.
 */
function addRoute(
  app: FastifyInstance,
  { adapter }: AnyKeeper,
  { route, path, hasFiles = false, methods }: MountedRoute,
): void {
  const host = { adapter, options: NO_OPTIONS };
  const serve = (request: FastifyRequest, reply: FastifyReply, at: string | undefined): boolean => {
    if (!route.matches(request.method, at) || reply.raw.headersSent || reply.sent) return false;
    const gate = adapter.gateOf(request.gk) ?? new FastifyFacts(host, request, reply).gate;
    const target = headersOfReply(reply);
    const own = route.respond(gate, headersOf(target), at, pathOf(request.originalUrl));
    if (own === undefined) return false;
    // An `onSend` hook may add an ETag.
    removeConditionalHeaders(request.raw as never);
    watchResponse(reply.raw as ServerResponse, (head) => adapter.responseChanges(gate, head));
    whenComplete(own, ({ status, headers, body }) => {
      if (reply.raw.headersSent || reply.sent) return; // a timeout of the application has responded in the meantime
      applyChanges(target, headers);
      reply.code(status).send(body ?? undefined);
    });
    return true;
  };
  if (!isRoot(app)) {
    for (const url of hasFiles ? [path, `${path}/*`] : [path]) {
      app.route({
        method: [...methods],
        url,
        handler: (request, reply) => {
          const { '*': rest } = request.params as { readonly '*'?: string };
          if (!serve(request, reply, rest === undefined ? path : `${path}/${rest}`)) reply.callNotFound();
        },
      });
    }
    return;
  }
  // Fastify would refuse a body of a type that it cannot parse. This body is never read.
  app.addHook('preParsing', function gatekeeperRoute(request, reply, payload, done) {
    const hasBody = !['0', undefined].includes(request.headers['content-length']);
    if (!hasBody || !serve(request, reply, pathOf(request.raw.url))) done(null, payload);
  });
  // The last hook before the handler, so that a hook of the application can sign the user in before.
  app.addHook('preHandler', function gatekeeperRoute(request, reply, done) {
    if (!serve(request, reply, pathOf(request.raw.url))) done();
  });
}

/** Whether `app` is the application itself: an encapsulated instance inherits its methods from its parent. */
function isRoot(app: FastifyInstance): boolean {
  return Object.hasOwn(app, 'listen');
}

/** A Fastify request for a gate. */
class FastifyFacts<HostGate> extends NodeFacts<FastifyRequest, HostGate> {
  readonly #reply: FastifyReply;

  constructor(host: Host<FastifyRequest, HostGate>, request: FastifyRequest, reply: FastifyReply) {
    super(host, request, request.raw as never, reply.raw as ServerResponse);
    this.#reply = reply;
  }

  get app(): FastifyInstance {
    return this.request.server as FastifyInstance;
  }

  get secure(): boolean {
    return this.request.protocol === 'https';
  }

  // Fastify's own lines replace those of the raw response when it writes the head.
  override setCookie(line: string): void {
    if (this.#reply.raw.headersSent || this.#reply.sent) super.setCookie(line);
    else setCookie(headersOfReply(this.#reply), line);
  }

  override get responseCookies(): readonly string[] {
    return [...super.responseCookies, ...setCookieLines(headersOfReply(this.#reply))];
  }

  override onUsedScript(): boolean {
    return super.onUsedScript() && !isStorable(headersOfReply(this.#reply));
  }
}

/** The headers of a reply with the methods of a `ServerResponse`. */
function headersOfReply(reply: FastifyReply): ServerResponse {
  return {
    headersSent: reply.raw.headersSent,
    getHeaderNames: () => Object.keys(reply.getHeaders()),
    getHeader: (name: string) => reply.getHeaders()[name],
    setHeader(name: string, value: OutgoingHttpHeader) {
      reply.removeHeader(name); // Fastify would add a Set-Cookie line to those that are there
      reply.header(name, value);
    },
    removeHeader(name: string) {
      reply.removeHeader(name);
      if (!reply.raw.headersSent) reply.raw.removeHeader(name);
    },
  } as never;
}

type Locals = Record<string, unknown>;
const localsOf = new WeakMap<object, Locals>();

// An accessor, because an application of @fastify/view may replace the whole object: `reply.locals = { user }`.
const LOCALS = {
  getter(this: FastifyReply): Locals {
    return addToLocals(this, localsOf.get(this) ?? {});
  },
  setter(this: FastifyReply, locals: Locals): void {
    addToLocals(this, locals);
  },
};

/** Adds the gate to the template variables of a reply. */
function addToLocals(reply: FastifyReply, locals: Locals): Locals {
  const { gk } = reply.request;
  localsOf.set(reply, locals);
  // A frozen object refuses this; the visitor still gets the page.
  if (gk && locals.gk === undefined) tryCall(() => Object.assign(locals, { gk: boundGate(gk) }));
  return locals;
}
