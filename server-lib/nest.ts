import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
// biome-ignore lint/suspicious/noTsIgnore: the directive has to hold both with and without the types
/** @ts-ignore: optional; a project without Nest sees `any` in place of its types */
import type { CanActivate, DynamicModule, ExecutionContext, MiddlewareConsumer, NestModule } from '@nestjs/common';
// biome-ignore lint/suspicious/noTsIgnore: as above
/** @ts-ignore: optional, as above */
import { createParamDecorator, Inject, Module, NotFoundException, UseGuards } from '@nestjs/common';
import { checkKeeper, readHostOptions } from './adapter/host-options.ts';
import type { OfrepOptions } from './adapter/ofrep/ofrep-options.ts';
import type { OverridePageOptions } from './adapter/override-page.ts';
import type { VisitorContext } from './core/request/visitor-cookie.ts';
import * as express from './express.ts';
import * as fastify from './fastify.ts';
import {
  type Attributes,
  type FlagDefinitions,
  type FlagName,
  type Gate,
  type Gatekeeper,
  GatekeeperError,
  type RegisteredFlags,
  type UserId,
  type VariantOf,
} from './index.ts';

declare module './core/flags/flag.ts' {
  interface Hosts {
    nest: { request: NestRequest; session: unknown; app: unknown };
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
export type { Gate } from './index.ts';

/** What the requests of Express and of Fastify have in common. */
export interface NestRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * How to read the user of a request. Each function is called only when a flag first needs it. Its parameter may have the type of
 * the platform's request.
 */
export interface MiddlewareOptions {
  // Methods, because a function of Express' request alone is not assignable to a property.
  userId?(request: NestRequest): UserId | null | undefined;
  visitorId?(request: NestRequest, visitor: VisitorContext): UserId | null | undefined;
  attributes?(request: NestRequest): Attributes;
  /** Default: the session that the platform has. */
  session?(request: NestRequest): unknown;
}

/** The options of `GatekeeperModule.forRoot`. */
export interface GatekeeperModuleOptions<Flags extends FlagDefinitions = FlagDefinitions> extends MiddlewareOptions {
  readonly keeper: Gatekeeper<Flags>;
  /** The path of the manifest. Default: `/.well-known/gatekeeper.json`. */
  readonly manifestPath?: string;
  /** Lets clients on OpenFeature read flags, by the protocol OFREP. */
  readonly ofrep?: OfrepOptions<Flags, NestRequest>;
  /** Serves the override page: `{}`, or with its path. Its `manifestPath` is that of the module. */
  readonly overridePage?: Omit<OverridePageOptions, 'manifestPath'>;
}

/** How to create the options with other providers. */
export interface GatekeeperModuleAsyncOptions<Flags extends FlagDefinitions = FlagDefinitions> {
  readonly imports?: DynamicModule['imports'];
  readonly inject?: readonly unknown[];
  useFactory(...providers: unknown[]): GatekeeperModuleOptions<Flags> | Promise<GatekeeperModuleOptions<Flags>>;
}

/** Middleware for `app.use`. On Fastify it gets the request of node:http. */
export type Handler = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

const OPTIONS = Symbol('gatekeeper-flags: the options of GatekeeperModule');

/**
 * The module that gives each request its gate, for `@Gk()`, and serves the manifest and, where they are configured, the grant's
 * path, OFREP and the override page.
 * Works on Express and on Fastify.
 */
export class GatekeeperModule implements NestModule {
  readonly #options: GatekeeperModuleOptions;

  constructor(options: GatekeeperModuleOptions) {
    this.#options = options;
  }

  /** Import this in the application's module. */
  static forRoot<Flags extends FlagDefinitions>(options: GatekeeperModuleOptions<Flags>): DynamicModule {
    checkOptions(options);
    return { module: GatekeeperModule, providers: [{ provide: OPTIONS, useValue: options }] };
  }

  /** As `forRoot`, with options that other providers are needed for. */
  static forRootAsync<Flags extends FlagDefinitions>(options: GatekeeperModuleAsyncOptions<Flags>): DynamicModule {
    const { imports = [], inject = [], useFactory } = options;
    const provider = { provide: OPTIONS, useFactory, inject: [...inject] as never[] };
    return { module: GatekeeperModule, imports, providers: [provider] };
  }

  /** Called by Nest. */
  async configure(consumer: MiddlewareConsumer): Promise<void> {
    const { keeper, manifestPath, ofrep, overridePage: page, ...options } = checkOptions(this.#options);
    const path = manifestPath === undefined ? {} : { path: manifestPath };
    const pageOptions = { ...page, ...(manifestPath !== undefined && { manifestPath }) };
    const platform = (consumer as unknown as { getHttpAdapter(): HttpAdapter }).getHttpAdapter();
    const type = platform.getType();
    if (type === 'express') {
      platform.use(gatekeeper(keeper, options));
      platform.use(manifestRoute(keeper, path));
      if (keeper.grants !== undefined) platform.use(grantRoute(keeper));
      if (ofrep !== undefined) platform.use(ofrepRoute(keeper, ofrep));
      if (page !== undefined) platform.use(overridePage(keeper, pageOptions));
    } else if (type === 'fastify') {
      const app = platform.getInstance();
      await fastify.gatekeeper(app, { keeper, ...(options as object) });
      await fastify.manifestRoute(app, { keeper, ...path });
      if (keeper.grants !== undefined) await fastify.grantRoute(app, { keeper });
      if (ofrep !== undefined) await fastify.ofrepRoute(app, { keeper, ...ofrep } as fastify.OfrepPluginOptions);
      if (page !== undefined) await fastify.overridePage(app, { keeper, ...pageOptions });
    } else {
      const what = `GatekeeperModule: expected the platform express or fastify; got ${type}`;
      throw new GatekeeperError('ERR_GK_OPTIONS', what);
    }
  }
}

Module({})(GatekeeperModule);
Inject(OPTIONS)(GatekeeperModule, undefined, 0);

interface HttpAdapter {
  getType(): string;
  getInstance(): never;
  use(handler: Handler): void;
}

function checkOptions<Flags extends FlagDefinitions>(
  options: GatekeeperModuleOptions<Flags>,
): GatekeeperModuleOptions<Flags> {
  checkKeeper('GatekeeperModule', options?.keeper, 'GatekeeperModule.forRoot({ keeper: createGatekeeper({ flags }) })');
  return readHostOptions('GatekeeperModule', options, {
    keeper: true,
    manifestPath: true,
    ofrep: true,
    overridePage: true,
  });
}

/** The parameter of a handler that gets the request's flags: `page(@Gk() gk: Gate)`. */
export const Gk: () => ParameterDecorator = createParamDecorator(
  (_: unknown, context: ExecutionContext): Gate => gateOf('@Gk()', context),
);

/**
 * The handler, or each handler of a controller, exists only for requests whose flag has `variant`. Others get the
 * application's own 404.
 */
export function RequireVariant<Name extends FlagName<RegisteredFlags>>(
  flag: Name,
  variant: VariantOf<RegisteredFlags, Name>,
): ClassDecorator & MethodDecorator {
  const guard: CanActivate = {
    canActivate(context) {
      if (gateOf('@RequireVariant()', context).ff(flag, variant)) return true;
      const request = requestOf(context);
      const { originalUrl, url } = request?.raw ?? request ?? {};
      // The words of Nest's own 404.
      throw new NotFoundException(`Cannot ${request?.method} ${originalUrl ?? url}`);
    },
  };
  return UseGuards(guard);
}

interface PlatformRequest {
  readonly gk?: unknown;
  readonly method?: string;
  readonly url?: string;
  readonly originalUrl?: string;
  /** On Fastify: the request of node:http, which middleware gets (nestjs/nest#8837). */
  readonly raw?: { readonly gk?: unknown; readonly url?: string; readonly originalUrl?: string };
}

function requestOf(context: ExecutionContext): PlatformRequest | undefined {
  const type: string = context.getType();
  // https://docs.nestjs.com/graphql/other-features: the third argument is the context, which has the request.
  if (type === 'graphql') return context.getArgByIndex<{ readonly req?: PlatformRequest } | undefined>(2)?.req;
  return type === 'http' ? context.switchToHttp().getRequest<PlatformRequest>() : undefined;
}

function gateOf(decorator: string, context: ExecutionContext): Gate {
  const request = requestOf(context);
  const gate = request?.gk ?? request?.raw?.gk;
  if (gate !== undefined && gate !== null) return gate as Gate;
  const what = 'the request has no gate; import GatekeeperModule.forRoot({ keeper }) in the module of the application';
  throw new GatekeeperError('ERR_GK_OPTIONS', `${decorator}: ${what}`);
}

/** Middleware that gives each request its gate. `GatekeeperModule` does this, too. */
export function gatekeeper<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: MiddlewareOptions = {},
): Handler {
  return express.gatekeeper(keeper, options as express.MiddlewareOptions);
}

/** Middleware that serves the manifest. `GatekeeperModule` does this, too. */
export function manifestRoute<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: { readonly path?: string } = {},
): Handler {
  return express.manifestRoute(keeper, options);
}

/** Middleware that issues and revokes grants. `GatekeeperModule` does this, too. */
export function grantRoute<Flags extends FlagDefinitions>(keeper: Gatekeeper<Flags>): Handler {
  return express.grantRoute(keeper);
}

/** Middleware that lets clients on OpenFeature read flags. `GatekeeperModule` does this with the option `ofrep`. */
export function ofrepRoute<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: OfrepOptions<Flags, NestRequest>,
): Handler {
  return express.ofrepRoute(keeper, options as express.OfrepOptions<Flags, never>);
}

/** Middleware that serves the override page. `GatekeeperModule` does this with the option `overridePage`. */
export function overridePage<Flags extends FlagDefinitions>(
  keeper: Gatekeeper<Flags>,
  options: OverridePageOptions = {},
): Handler {
  return express.overridePage(keeper, options);
}
