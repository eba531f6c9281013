import type { IncomingMessage, ServerResponse } from 'node:http';
// biome-ignore lint/suspicious/noTsIgnore: the directive has to hold both with and without the types
/** @ts-ignore: optional; an application on Connect has no types of Express and sees `any` in their place */
import type { Application, Request } from 'express';
import type { AdapterRequest } from '../core/adapter-request.ts';
import { GatekeeperError } from '../core/errors.ts';
import type { Attributes, Evaluation, HostSession, UserId } from '../core/flags/flag.ts';
import type { Permission } from '../core/overrides/permission.ts';
import type { Gate } from '../core/request/gate.ts';
import { quoted } from '../core/values.ts';
import { GatedResponse } from './gated-response.ts';
import { isHttps, withoutOverrides } from './incoming-request.ts';
import { isStorable, removeConditionalHeaders } from './private-response.ts';
import { setCookie, setCookieLines } from './response-headers.ts';

/**
 * Throws a {@link GatekeeperError} unless `value` is a keeper, so that `gatekeeper(flags)` and `manifestRoute()` fail at
 * start-up and not on each request. Checks methods, because an application may have two copies of this package.
 */
export function checkKeeper(handler: string, value: unknown): void {
  const keeper = value as { readonly gateFor?: unknown; readonly adapter?: Partial<Adapter> } | null | undefined;
  if (typeof keeper?.gateFor === 'function' && typeof keeper.adapter?.visibleEvaluations === 'function') return;
  const got = value === undefined ? 'nothing' : quoted(value);
  const what = `${handler}: expected a keeper, ${handler}(createGatekeeper({ flags })); got ${got}`;
  throw new GatekeeperError('ERR_GK_OPTIONS', what);
}

/**
 * Makes `app.use(gatekeeper)`, without the call, fail at once: Express and Connect read `handle` of what they mount.
 */
export function rejectUncalledHandler(handler: (...args: never[]) => unknown): void {
  Object.defineProperty(handler, 'handle', {
    get(): never {
      const { name } = handler;
      throw new GatekeeperError(
        'ERR_GK_OPTIONS',
        `${name} is mounted without a keeper; write app.use(${name}(keeper))`,
      );
    },
  });
}

/** How to read the user of a request. Each function is called only when a flag first needs it. */
export interface MiddlewareOptions {
  readonly userId?: (request: Request) => UserId | null | undefined;
  readonly attributes?: (request: Request) => Attributes;
  /** Default: `req.session`. */
  readonly session?: (request: Request) => unknown;
}

interface Adapter {
  permissionOf(request: IncomingMessage): Permission | false;
  isDevelopment(request: IncomingMessage): boolean;
  visibleEvaluations(gate: AttachedGate): readonly Evaluation[];
}

type AttachedGate = Pick<Gate, 'evaluations'>;

/** An Express request for a gate. Getters of a class, because own getters cost more than evaluating the flags. */
export class ExpressRequest implements AdapterRequest {
  readonly request: Request;
  readonly #adapter: Adapter;
  readonly #options: MiddlewareOptions;
  readonly #response: ServerResponse;
  #gatedResponse: GatedResponse | undefined;
  /** The gate of this request. */
  gate: AttachedGate | undefined;

  constructor(
    { adapter }: { readonly adapter: Adapter },
    options: MiddlewareOptions,
    request: Request,
    response: ServerResponse,
  ) {
    this.request = request;
    this.#adapter = adapter;
    this.#options = options;
    this.#response = response;
    this.#gatedResponse = undefined;
    this.gate = undefined;
  }

  /** Starts to watch the headers. The earlier it starts, the fewer of the application's listeners change them after us. */
  watchResponse(isDevelopment = false): GatedResponse {
    const serverTiming = () => (this.gate === undefined ? [] : this.#adapter.visibleEvaluations(this.gate));
    this.#gatedResponse ??= new GatedResponse(this.#response, isDevelopment, serverTiming);
    return this.#gatedResponse;
  }

  /** The gate reads this when the first flag is evaluated, because a middleware may set the header until then. */
  get cookie(): string | undefined {
    if (this.#gatedResponse?.isDevelopment) this.enableServerTiming();
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
    return this.#adapter.isDevelopment(this.request);
  }

  get secure(): boolean {
    return isHttps(this.request);
  }

  get mayOverride(): boolean | Permission {
    return withoutOverrides(this.request, () => this.#adapter.permissionOf(this.request));
  }

  get setCookie(): (line: string) => void {
    return (line) => {
      setCookie(this.#response, line);
      this.watchResponse().preventCaching();
    };
  }

  onCookieAccepted(): void {
    this.enableServerTiming();
  }

  private enableServerTiming(): void {
    this.watchResponse().enableServerTiming();
    removeConditionalHeaders(this.request);
  }

  get responseCookies(): readonly string[] {
    return setCookieLines(this.#response);
  }

  onOverridden(): void {
    this.watchResponse().preventCaching();
  }

  onUsedScript(): boolean {
    this.watchResponse().preventCaching();
    return !isStorable(this.#response);
  }
}
