import { letsCachesStore } from '../adapter/cache-headers.ts';
import { type Host, HostFacts } from '../adapter/host-facts.ts';
import type { ResponseHead } from '../adapter/response-changes.ts';
import { changedResponse } from './responses.ts';

// Not a WeakMap: with a key for each request, Hono takes 1.6 times as long for a page (Node 20).
const GATE: unique symbol = Symbol('gate');

/** The last gate that was opened for a request, of any keeper. */
export function openedGate(request: Request & { readonly [GATE]?: unknown }): unknown {
  return request[GATE];
}

/** What a host of fetch knows of a request. `HostRequest` is the framework's own request or context. */
export class FetchFacts<HostRequest, HostGate> extends HostFacts<HostRequest, HostGate, Request> {
  #sent: Response | undefined;

  constructor(host: Host<HostRequest, HostGate>, request: HostRequest, incoming: Request) {
    super(host, request, incoming);
    this.#sent = undefined;
    // A frozen request refuses this. It is not enumerable, so copies and logs of the request do not show it.
    Reflect.defineProperty(incoming, GATE, { value: this.gate, configurable: true });
  }

  /** The response with the changes that the flags of the request need: `response` itself if there are none. */
  finish(response: Response): Response {
    // A getter, because Hono's server creates the headers of a response only when they are read.
    const head: ResponseHead = {
      get headers() {
        return response.headers;
      },
    };
    this.#sent = changedResponse(response, this.host.adapter.responseChanges(this.gate, head));
    return this.#sent;
  }

  override get previousGate(): unknown {
    return openedGate(this.incoming);
  }

  onResponseChange(): void {
    withoutConditions(this.incoming);
  }

  onUsedScript(): boolean {
    return this.#sent === undefined || !letsCachesStore(this.#sent.headers.get('cache-control'));
  }
}

/**
 * Removes the conditions of a request, to prevent a 304, because the browser's copy may have another variant. Returns a copy if
 * the headers of the request cannot change, and `request` itself otherwise.
 */
export function withoutConditions(request: Request): Request {
  try {
    removeConditions(request.headers);
    return request;
  } catch {
    return request.body === null ? copyWithoutConditions(request) : request;
  }
}

function copyWithoutConditions(request: Request): Request {
  const headers = new Headers(request.headers);
  removeConditions(headers);
  return new Request(request, { headers });
}

function removeConditions(headers: Headers): void {
  for (const name of ['if-none-match', 'if-modified-since']) headers.delete(name);
}
