import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Host, HostFacts } from '../adapter/host-facts.ts';
import type { ResponseChanges, ResponseHead } from '../adapter/response-changes.ts';
import { isStorable, removeConditionalHeaders } from './own-response.ts';
import { applyChanges, canSetHeaders, headersOf, setCookie, setCookieLines } from './response-headers.ts';
import { watchResponse } from './watch-response.ts';

/** What a host on node:http knows of a request. An adapter extends this class for its session and its application. */
export class NodeFacts<Request, HostGate> extends HostFacts<Request, HostGate, IncomingMessage> {
  readonly #response: ServerResponse;
  #isWatching: boolean | undefined;

  constructor(host: Host<Request, HostGate>, request: Request, incoming: IncomingMessage, response: ServerResponse) {
    super(host, request, incoming);
    this.#response = response;
    this.#isWatching = undefined;
  }

  /**
   * Makes the changes of the response when its headers are sent. The earlier this starts, the fewer of the application's
   * listeners change the headers after us.
   */
  watchResponse(): void {
    this.#isWatching ??= watchResponse(
      this.#response,
      (head) => this.changesFor(head),
      () => this.host.adapter.changesResponse(this.gate),
    );
  }

  /** What the response changes. */
  protected changesFor(head?: ResponseHead): ResponseChanges {
    return this.host.adapter.responseChanges(this.gate, head);
  }

  /** The gate reads this when the first flag is evaluated, because a middleware may set the header until then. */
  get cookie(): string | undefined {
    return this.incoming.headers?.cookie;
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
    applyChanges(this.#response, this.changesFor({ headers: headersOf(this.#response) }));
  }

  onUsedScript(): boolean {
    this.onResponseChange();
    return !isStorable(this.#response);
  }
}
