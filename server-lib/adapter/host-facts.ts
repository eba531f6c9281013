import type { RequestFacts } from '../core/adapter-request.ts';
import type { Attributes, HostRequest, UserId } from '../core/flags/flag.ts';
import type { IncomingRequest } from '../core/incoming-request.ts';
import type { HostOptions } from './host-options.ts';
import type { ResponseChanges, ResponseHead } from './response-changes.ts';

/** What a middleware shares between its requests. */
export interface Host<Request, HostGate> {
  readonly adapter: {
    open(facts: RequestFacts): HostGate;
    changesResponse(gate: HostGate): boolean;
    responseChanges(gate: HostGate, response?: ResponseHead): ResponseChanges;
  };
  readonly options: HostOptions<Request>;
}

/**
 * What a host knows of a request: `request` is the framework's own, `incoming` the one that it received. An adapter extends
 * this class. Getters of a class, because own getters cost more than evaluating the flags.
 */
export class HostFacts<Request, HostGate, Incoming extends IncomingRequest> implements RequestFacts {
  readonly incoming: Incoming;
  readonly request: Request & HostRequest;
  protected readonly host: Host<Request, HostGate>;
  #gate: HostGate | undefined;

  constructor(host: Host<Request, HostGate>, request: Request, incoming: Incoming) {
    this.incoming = incoming;
    this.request = request as Request & HostRequest;
    this.host = host;
    this.#gate = undefined;
  }

  /** The gate of this request. */
  get gate(): HostGate {
    this.#gate ??= this.host.adapter.open(this);
    return this.#gate;
  }

  get userId(): UserId | null | undefined {
    return this.host.options.userId?.(this.request);
  }

  get visitorId(): RequestFacts['visitorId'] {
    const { visitorId } = this.host.options;
    return visitorId && ((visitor) => visitorId(this.request, visitor));
  }

  get attributes(): Attributes | undefined {
    return this.host.options.attributes?.(this.request);
  }

  get session(): never {
    const { session } = this.host.options;
    return (session === undefined ? this.hostSession : session(this.request)) as never;
  }

  /** The session that the framework has. */
  protected get hostSession(): unknown {
    return (this.request as { readonly session?: unknown }).session;
  }

  get previousGate(): unknown {
    return (this.request as { readonly gk?: unknown }).gk;
  }
}
