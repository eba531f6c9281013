import type { IncomingMessage, ServerResponse } from 'node:http';
// biome-ignore lint/suspicious/noTsIgnore: the directive has to hold both with and without the types
/** @ts-ignore: optional; an application on Connect has no types of Express and sees `any` in their place */
import type { Application, Request } from 'express';
import type { Attributes, HostSession, UserId } from '../core/flag.ts';
import type { GateRequest } from '../core/gate-request.ts';
import type { Permission } from '../core/permission.ts';
import { withoutOverrides } from './gates.ts';
import { dropValidators } from './private-response.ts';
import { cameByHttps, setCookie } from './set-cookie.ts';

/** How a request tells who is asking; each is called when a flag first needs it, never before. */
export interface MiddlewareOptions {
  readonly userId?: (request: Request) => UserId | null | undefined;
  readonly attributes?: (request: Request) => Attributes;
  /** `req.session` where left out. */
  readonly session?: (request: Request) => unknown;
}

interface Keeper {
  isDevelopment(request: IncomingMessage): boolean;
  mayOverride(request: IncomingMessage): Permission | false;
}

/** What a gate may know of a request that Express serves: getters of a class, because own ones cost more than the flags. */
export class ExpressRequest implements GateRequest {
  readonly request: Request;
  readonly #keeper: Keeper;
  readonly #options: MiddlewareOptions;
  readonly #response: ServerResponse;

  constructor(keeper: Keeper, options: MiddlewareOptions, request: Request, response: ServerResponse) {
    this.request = request;
    this.#keeper = keeper;
    this.#options = options;
    this.#response = response;
  }

  get cookie(): string | undefined {
    return this.request.headers.cookie;
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
    return (line) => setCookie(this.#response, line);
  }

  get responseCookies(): readonly string[] {
    return [this.#response.getHeader('set-cookie') ?? []].flat().map(String);
  }

  onOverridden(): void {
    dropValidators(this.request);
  }
}
