import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HostOptions } from '../adapter/host-options.ts';
import type { ResponseChanges, ResponseHead } from '../adapter/response-changes.ts';
import type { RequestFacts } from '../core/adapter-request.ts';
import type { Attributes, HostRequest, UserId } from '../core/flags/flag.ts';
import { isHttps } from '../core/incoming-request.ts';
import { isStorable, removeConditionalHeaders } from './own-response.ts';
import { applyChanges, canSetHeaders, headersOf, setCookie, setCookieLines } from './response-headers.ts';
import { watchResponse } from './watch-response.ts';

/** What a middleware shares between its requests. */
export interface NodeHost<Request, HostGate = object> {
  readonly adapter: {
    open(facts: RequestFacts): HostGate;
    responseChanges(gate: HostGate, response?: ResponseHead): ResponseChanges;
  };
  readonly options: HostOptions<Request>;
}

/**
 * What a host on node:http knows of a request. `Request` is the framework's own; an adapter extends this class for its
 * session and its application. Getters of a class, because own getters cost more than evaluating the flags.
 */
export class NodeFacts<Request, HostGate = object> implements RequestFacts {
  readonly incoming: IncomingMessage;
  readonly request: Request & HostRequest;
  readonly #host: NodeHost<Request, HostGate>;
  readonly #response: ServerResponse;
  #gate: HostGate | undefined;
  #isWatching: boolean | undefined;

  constructor(
    host: NodeHost<Request, HostGate>,
    request: Request,
    incoming: IncomingMessage,
    response: ServerResponse,
  ) {
    this.incoming = incoming;
    this.request = request as Request & HostRequest;
    this.#host = host;
    this.#response = response;
    this.#gate = undefined;
    this.#isWatching = undefined;
  }

  /** The gate of this request. */
  get gate(): HostGate {
    this.#gate ??= this.#host.adapter.open(this);
    return this.#gate;
  }

  /**
   * Makes the changes of the response when its headers are sent. The earlier this starts, the fewer of the application's
   * listeners change the headers after us.
   */
  watchResponse(): void {
    const { adapter } = this.#host;
    this.#isWatching ??= watchResponse(this.#response, (head) => adapter.responseChanges(this.gate, head));
  }

  /** The gate reads this when the first flag is evaluated, because a middleware may set the header until then. */
  get cookie(): string | undefined {
    return this.incoming.headers?.cookie;
  }

  get userId(): UserId | null | undefined {
    return this.#host.options.userId?.(this.request);
  }

  get attributes(): Attributes | undefined {
    return this.#host.options.attributes?.(this.request);
  }

  get session(): never {
    const { session } = this.#host.options;
    return (session === undefined ? this.hostSession : session(this.request)) as never;
  }

  /** The session that the framework has. */
  protected get hostSession(): unknown {
    return (this.request as { readonly session?: unknown }).session;
  }

  get secure(): boolean {
    return isHttps(this.incoming);
  }

  get previousGate(): unknown {
    return (this.request as { readonly gk?: unknown }).gk;
  }

  setCookie(line: string): void {
    setCookie(this.#response, line);
  }

  get responseCookies(): readonly string[] {
    return setCookieLines(this.#response);
  }

  onResponseChange(): void {
    this.watchResponse();
    removeConditionalHeaders(this.incoming);
    // A frozen response cannot be watched, so the headers change now.
    if (this.#isWatching || !canSetHeaders(this.#response)) return;
    applyChanges(this.#response, this.#host.adapter.responseChanges(this.gate, { headers: headersOf(this.#response) }));
  }

  onUsedScript(): boolean {
    this.onResponseChange();
    return !isStorable(this.#response);
  }
}
