/** A request as a host receives it. An `IncomingMessage` of node:http and a `Request` of fetch both fit as they are. */
export interface IncomingRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: RequestHeaders;
  /** Names and values in turn, as in node:http: `headers` has only the first of two `Host` fields. */
  readonly rawHeaders?: readonly string[] | undefined;
  /** The HTTP version as in node:http: `'1.1'`. */
  readonly httpVersion?: string | undefined;
  /** Without the address of the peer, no request counts as one from the developer's own machine. */
  readonly socket?: { readonly remoteAddress?: string | undefined } | null | undefined;
}

/** The headers of a request: by name in lower case, as in node:http, or the `Headers` of fetch. */
export type RequestHeaders = { readonly [name: string]: string | readonly string[] | undefined } | FetchHeaders;

interface FetchHeaders {
  get(name: string): string | null;
  keys(): Iterable<string>;
}

/** A header of a request by its name in lower case; `undefined` if the request does not have it. */
export function readRequestHeader(
  headers: RequestHeaders | null | undefined,
  name: string,
): string | readonly string[] | undefined {
  if (headers === undefined || headers === null) return undefined;
  // `Headers` throws for the pseudo-headers of HTTP/2.
  if (isFetchHeaders(headers)) return name.startsWith(':') ? undefined : (headers.get(name) ?? undefined);
  return Object.hasOwn(headers, name) ? headers[name] : undefined; // own, so that a polluted prototype sends no header
}

/** The names of a request's headers, in lower case. */
export function requestHeaderNames(headers: RequestHeaders | null | undefined): readonly string[] {
  if (headers === undefined || headers === null) return [];
  return isFetchHeaders(headers) ? [...headers.keys()] : Object.keys(headers);
}

/** Whether the request came over https: as Express says (with trusted proxies), as the socket, or as the URL of fetch. */
export function isHttps(incoming: IncomingRequest): boolean {
  const { secure, socket, url, headers } = incoming as IncomingRequest & {
    readonly secure?: boolean;
    readonly socket?: { readonly encrypted?: boolean };
  };
  if (secure !== undefined) return secure;
  return socket?.encrypted === true || (isFetchHeaders(headers) && /^https:/i.test(url ?? ''));
}

/** Whether a request declares no body, or one of at most `limit` bytes. A body without a declared length is too large. */
export function hasSmallBody({ headers, body }: IncomingRequest & { readonly body?: unknown }, limit: number): boolean {
  if (readRequestHeader(headers, 'transfer-encoding') !== undefined) return false;
  const length = readRequestHeader(headers, 'content-length');
  // Only fetch: an application of node:http may put anything into `body`.
  if (length === undefined) return !isFetchHeaders(headers) || body === null || body === undefined;
  return typeof length === 'string' && /^\d{1,9}$/.test(length) && Number(length) <= limit;
}

function isFetchHeaders(headers: RequestHeaders | null | undefined): headers is FetchHeaders {
  return typeof (headers as Partial<FetchHeaders> | null | undefined)?.get === 'function';
}
