import {
  byteLength,
  type Header,
  privateChanges,
  type ResponseChanges,
  type ResponseHead,
} from './response-changes.ts';

/** A route of the protocol: who gets what. */
export interface ProtocolRoute<RouteGate> {
  /** Whether the method and the path, without a query, are those of the route. */
  matches(method: string | undefined, path: string | undefined): boolean;
  /**
   * The response to a request that matches, changing the `headers` that its response has already. `undefined`: the site's
   * own response, the same as for an unknown path. A promise, which never rejects, for the override page, and for the
   * manifest if another library evaluates the flags. `path` is that of `matches`; the override page has several.
   * `fullPath` is the path that the host received, before a framework removed the prefix of a mounted application. Without it,
   * the manifest does not name the override page.
   */
  respond(
    gate: RouteGate,
    headers?: ResponseHead['headers'],
    path?: string,
    fullPath?: string,
  ): ProtocolResponse | Promise<ProtocolResponse> | undefined;
}

/** A response of the protocol. */
export interface ProtocolResponse {
  readonly status: 200 | 204 | 304 | 400 | 401 | 404;
  readonly headers: ResponseChanges;
  /** JSON, a file of the override page, or `null` for a response without a body or with `events`. */
  readonly body: string | null;
  /** Starts a body that has no end yet. */
  readonly events?: EventStream;
}

/**
 * Starts a stream of server-sent events: calls `send` with each part of the body, and `end` if the body is complete. Returns a
 * function that the host calls when the client is gone.
 */
export type EventStream = (send: (text: string) => void, end: () => void) => () => void;

export interface OwnContent {
  /** Those that the response has already. */
  readonly headers: ResponseHead['headers'];
  readonly status?: ProtocolResponse['status'];
  /** An object, or its JSON. */
  readonly content?: object | string;
  readonly cookies?: readonly string[];
  /** More headers. */
  readonly set?: readonly Header[];
  readonly append?: readonly Header[];
}

/** A private response: `content` as JSON, or no content, by default with status 204. */
export function ownResponse({
  headers,
  status,
  content,
  cookies = [],
  set = [],
  append = [],
}: OwnContent): ProtocolResponse {
  const before = headers === undefined ? undefined : [...headers];
  const changes = privateChanges(before, cookies);
  // An application may allow CORS for everything, but not for its unreleased flags.
  const cors =
    before === undefined
      ? CORS_HEADERS
      : before.map(([name]) => name.toLowerCase()).filter((name) => name.startsWith(CORS_PREFIX));
  const body = content === undefined ? null : typeof content === 'string' ? content : JSON.stringify(content);
  const described: readonly Header[] =
    body === null
      ? []
      : [
          ['content-type', 'application/json; charset=utf-8'],
          ['content-length', String(byteLength(body))],
        ];
  return {
    status: status ?? (body === null ? 204 : 200),
    headers: {
      remove: [...cors, ...changes.remove],
      set: [...changes.set, ...PRIVATE_HEADERS, ...described, ...set],
      append: [...changes.append, ...append],
    },
    body,
  };
}

const CORS_PREFIX = 'access-control-';
// Fetch standard, "HTTP new-header syntax", and Private Network Access.
const CORS_HEADERS: readonly string[] = [
  'allow-origin',
  'allow-credentials',
  'allow-methods',
  'allow-headers',
  'max-age',
  'expose-headers',
  'allow-private-network',
].map((name) => CORS_PREFIX + name);

// docs/protocol.md section 3: for this user only, never framed, never for another origin.
const PRIVATE_HEADERS: readonly Header[] = [
  ['x-content-type-options', 'nosniff'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['referrer-policy', 'no-referrer'],
];
