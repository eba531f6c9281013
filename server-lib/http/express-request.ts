import type { IncomingMessage, ServerResponse } from 'node:http';
// biome-ignore lint/suspicious/noTsIgnore: the directive has to hold both with and without the types
/** @ts-ignore: optional; an application on Connect has no types of Express and sees `any` in their place */
import type { Application, Request } from 'express';
import type { Evaluation } from '../core/evaluation.ts';
import type { Attributes, FlagDefinitions, HostSession, UserId } from '../core/flag.ts';
import type { GateRequest } from '../core/gate-request.ts';
import type { Permission } from '../core/permission.ts';
import { withoutOverrides } from './gates.ts';
import { dropValidators } from './private-response.ts';
import { ResponseHead } from './response-head.ts';
import { cameByHttps, cookieLines, setCookie } from './set-cookie.ts';

/** How a request tells who is asking; each is called when a flag first needs it, never before. */
export interface MiddlewareOptions {
  readonly userId?: (request: Request) => UserId | null | undefined;
  readonly attributes?: (request: Request) => Attributes;
  /** `req.session` where left out. */
  readonly session?: (request: Request) => unknown;
}

interface Keeper {
  readonly flags: FlagDefinitions;
  isDevelopment(request: IncomingMessage): boolean;
  mayOverride(request: IncomingMessage): Permission | false;
}

/** What a gate may know of a request that Express serves: getters of a class, because own ones cost more than the flags. */
export class ExpressRequest implements GateRequest {
  readonly request: Request;
  readonly #keeper: Keeper;
  readonly #options: MiddlewareOptions;
  readonly #response: ServerResponse;
  #head: ResponseHead | undefined;
  /** The gate that was opened for this request. */
  gate: { asked(): readonly Evaluation[] } | undefined;

  constructor(keeper: Keeper, options: MiddlewareOptions, request: Request, response: ServerResponse) {
    this.request = request;
    this.#keeper = keeper;
    this.#options = options;
    this.#response = response;
    this.#head = undefined;
    this.gate = undefined;
  }

  /** Listens to when the head is sent; the sooner, the fewer of the application's own listeners change it after us. */
  watchHead(isDevelopment = false): ResponseHead {
    const { flags } = this.#keeper;
    const shown = () => this.gate?.asked().filter(({ flag }) => flags[flag]?.hidden !== true) ?? [];
    this.#head ??= new ResponseHead(this.#response, isDevelopment, shown);
    return this.#head;
  }

  /** The gate reads this when the first flag is evaluated, and not before: some middleware may set the header later. */
  get cookie(): string | undefined {
    if (this.#head?.isDevelopment) this.onCookieAccepted();
    return this.request.headers?.cookie;
  }

  get userId(): UserId | null | undefined {
    return this.#options.userId?.(this.request);
  }

  get attributes(): Attributes | undefined {
    return this.#options.attributes?.(this.request);
  }

  get session(): HostSession {
    const { session } = this.#options;
    return (session === undefined ? (this.request as { session?: unknown }).session : session(this.request)) as never;
  }

  get app(): Application {
    return this.request.app;
  }

  get isDevelopment(): boolean {
    return this.#keeper.isDevelopment(this.request);
  }

  get secure(): boolean {
    return cameByHttps(this.request);
  }

  get mayOverride(): boolean | Permission {
    return withoutOverrides(this.request, () => this.#keeper.mayOverride(this.request));
  }

  get setCookie(): (line: string) => void {
    return (line) => {
      setCookie(this.#response, line);
      this.watchHead().keepPrivate();
    };
  }

  onCookieAccepted(): void {
    this.watchHead().acknowledge();
    dropValidators(this.request);
  }

  get responseCookies(): readonly string[] {
    return cookieLines(this.#response);
  }

  onOverridden(): void {
    this.watchHead().keepPrivate();
  }
}
