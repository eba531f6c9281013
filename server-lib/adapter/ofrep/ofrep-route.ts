import { readField } from '../../core/adapter-request.ts';
import type { FlagDefinitions } from '../../core/flags/flag.ts';
import { type IncomingRequest, readRequestHeader } from '../../core/incoming-request.ts';
import type { KeeperState } from '../../core/keeper-state.ts';
import { nodeCrypto } from '../../core/node-crypto.ts';
import type { RequestGate } from '../../core/request/request-gate.ts';
import { isPermittedBy } from '../../permission/policy.ts';
import type { OfrepDocument } from '../../wire/ofrep.ts';
import { parseJson } from '../../wire/untrusted-json.ts';
import { type OwnContent, ownResponse, type ProtocolResponse } from '../protocol-response.ts';
import { byteLength, type Header, type ResponseHead } from '../response-changes.ts';
import { hostRequestOf } from '../routes.ts';
import { type ClientContext, gateForClient, readClientContext } from './client-context.ts';
import { evaluateForClient } from './ofrep-document.ts';
import { type OfrepOptions, type OfrepSettings, readOfrepOptions } from './ofrep-options.ts';
import { type RulesEvents, tagOf } from './rules-events.ts';

/** The route of OFREP. */
export interface OfrepRoute<RouteGate> {
  /** The path before that of an evaluation, for a host that mounts routes by their path. */
  readonly path: string;
  /** Whether the method and the path, without a query, are those of the route. */
  matches(method: string | undefined, path: string | undefined): boolean;
  /** The response to a request that matches; `undefined`: the site's own response, the same as for an unknown path. */
  respond(gate: RouteGate, request: OfrepRequest): Promise<ProtocolResponse | undefined>;
}

/** What the route needs of a request besides its gate. */
export interface OfrepRequest {
  /** Without a query, as in `matches`. */
  readonly path: string | undefined;
  /** What the host has removed from the beginning of the path. */
  readonly prefix?: string;
  /** Those that the response has already. */
  readonly headers?: ResponseHead['headers'];
  /**
   * Reads the body: a string or bytes, or what a body parser has made of it. `undefined` if it cannot be read or has more than
   * `limit` bytes. Called at most once.
   */
  body(limit: number): Promise<unknown>;
}

/** The parts of a keeper that the route needs. */
export interface OfrepParts {
  readonly state: KeeperState;
  readonly rulesEvents: RulesEvents;
}

/** The route of OFREP 0.3.0: one flag, all exposed flags, and a stream of the changes of rules. */
export function ofrepRoute(
  { state, rulesEvents }: OfrepParts,
  options: OfrepOptions<FlagDefinitions, never>,
): OfrepRoute<RequestGate> {
  const settings = readOfrepOptions(options, state.flags);
  const eventsPath = settings.events ? `${settings.path}/events` : undefined;
  const bulkPath = `${settings.path}/evaluate/flags`;
  const exposed = new Set(settings.flags);
  /** Where a client learns of changes to the rules that its flags were evaluated by, also of those until it listens. */
  function streamsAfter(prefix: string, revision: string | undefined): OfrepDocument['eventStreams'] {
    if (eventsPath === undefined) return undefined;
    return [{ type: 'sse', endpoint: { requestUri: `${prefix}${eventsPath}?rules=${tagOf(revision)}` } }];
  }

  async function evaluate(
    gate: RequestGate,
    { incoming, condition, path, prefix = '', body }: Evaluating,
  ): Promise<Content> {
    const key = keyOf(path, bulkPath);
    const context = await readContext(incoming, body);
    if ('problem' in context) return failure(key, context.problem);
    const own = gateForClient(state, gate, context, settings);
    const evaluateFlags = (names: readonly string[]) =>
      evaluateForClient(state, own, { names, isCaller: settings.isCaller });
    if (path === bulkPath) {
      const flags = await evaluateFlags(settings.flags);
      const eventStreams = streamsAfter(prefix, own.rulesRevision());
      return bulkContent({ flags, ...(eventStreams && { eventStreams }) }, condition);
    }
    const [flag] = key !== undefined && exposed.has(key) ? await evaluateFlags([key]) : [];
    if (flag === undefined) return failure(key, NOT_FOUND);
    return { status: 'errorCode' in flag ? 400 : 200, content: flag };
  }

  return {
    path: settings.path,
    matches(method, path) {
      const isEvents = path !== undefined && path === eventsPath;
      if (!isEvents && path !== bulkPath && keyOf(path, bulkPath) === undefined) return false;
      return method === (isEvents ? 'GET' : 'POST') || (method === 'OPTIONS' && settings.origins.length > 0);
    },
    async respond(gate, { headers, ...request }) {
      const incoming = readField(gate.request, 'incoming');
      if (incoming === undefined) return undefined;
      // Before a flag is evaluated, which removes it.
      const condition = readRequestHeader(incoming.headers, 'if-none-match');
      const cors = corsHeaders(incoming, settings.origins);
      const isPreflight = incoming.method === 'OPTIONS';
      if (isPreflight && (cors.length === 0 || !asksForMethod(incoming))) return undefined;
      gate.startOwnResponse({ isQuiet: true, isComplete: true });
      const respondWith = (content: Content): ProtocolResponse =>
        ownResponse({
          ...content,
          headers,
          cookies: gate.takeCookies(),
          set: [...(content.set ?? []), ...cors],
          append: settings.origins.length > 0 ? [['vary', 'Origin']] : [],
        });
      if (isPreflight) return respondWith({ set: PREFLIGHT_HEADERS });
      if (!isAuthorized(gate, settings, state)) return respondWith({ status: 401 });
      if (request.path === eventsPath) {
        return {
          ...respondWith({ status: 200, set: EVENT_HEADERS }),
          events: rulesEvents.streamFrom(knownRules(incoming)),
        };
      }
      return respondWith(await evaluate(gate, { ...request, incoming, condition }));
    },
  };
}

interface Evaluating extends Omit<OfrepRequest, 'headers'> {
  readonly incoming: IncomingRequest;
  readonly condition: string | readonly string[] | undefined;
}

type Content = Omit<OwnContent, 'headers'>;

function knownRules({ url = '' }: IncomingRequest): string | undefined {
  return /[?&]rules=([\w-]+)/.exec(url)?.[1];
}

/** The flag that a path names; `undefined` if the path is none of a flag. */
function keyOf(path: string | undefined, bulkPath: string): string | undefined {
  if (path === undefined || !path.startsWith(`${bulkPath}/`)) return undefined;
  const key = path.slice(bulkPath.length + 1);
  try {
    return decodeURIComponent(key) || undefined;
  } catch {
    return key; // no flag has such a name
  }
}

interface Problem {
  readonly status: 400 | 404;
  readonly errorCode: string;
  readonly errorDetails: string;
}

async function readContext(
  incoming: IncomingRequest,
  body: OfrepRequest['body'],
): Promise<ClientContext | { readonly problem: Problem }> {
  // A page of another origin can send this type only after a preflight.
  if (!isJson(readRequestHeader(incoming.headers, 'content-type'))) return problem('PARSE_ERROR', NO_JSON);
  const length = readRequestHeader(incoming.headers, 'content-length');
  const isLarge = length !== undefined && !(Number(length) <= MAX_BODY_BYTES);
  const json = isLarge ? undefined : jsonOf(await body(MAX_BODY_BYTES));
  if (json === undefined) return problem('PARSE_ERROR', NO_BODY);
  const context = readClientContext(json);
  return typeof context === 'string' ? problem('INVALID_CONTEXT', context) : context;
}

function problem(errorCode: string, errorDetails: string): { readonly problem: Problem } {
  return { problem: { status: 400, errorCode, errorDetails } };
}

const MAX_BODY_BYTES = 65_536;
const NO_JSON = 'Content-Type must be application/json';
const NO_BODY = `The body must be JSON of at most ${MAX_BODY_BYTES} bytes`;

function isJson(contentType: unknown): boolean {
  return typeof contentType === 'string' && /^application\/json\s*(?:;|$)/i.test(contentType);
}

/** The JSON in a body, which a body parser may have read; `undefined` if it is none or too long. */
function jsonOf(content: unknown): unknown {
  try {
    if (content instanceof Uint8Array) return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(content));
    if (typeof content === 'string') return parseJson(content);
    // The parser may have read chunks or a compressed body, so `Content-Length` says nothing.
    return byteLength(JSON.stringify(content)) <= MAX_BODY_BYTES ? content : undefined;
  } catch {
    return undefined;
  }
}

/** Whether `authorize` permits the request. Overrides are suspended, so that an override cannot permit it. */
function isAuthorized(gate: RequestGate, { authorize }: OfrepSettings, { report }: KeeperState): boolean {
  if (authorize === undefined) return true;
  return gate.withoutAnyOverrides(() => isPermittedBy(authorize, hostRequestOf(gate), { ...AUTHORIZE, report }));
}

const AUTHORIZE = { name: 'ofrepRoute: authorize', refusal: 'the request is refused', caller: 'ofrepRoute()' };

function failure(key: string | undefined, { status, ...content }: Problem): Content {
  return { status, content: key === undefined ? content : { key, ...content } };
}

// The same for a flag that is hidden, not exposed or unknown.
const NOT_FOUND: Problem = { status: 404, errorCode: 'FLAG_NOT_FOUND', errorDetails: 'There is no such flag' };

/** All flags, or 304 if the client has the same. The entity tag is a hash of the whole body, so no other values have it. */
function bulkContent(document: OfrepDocument, condition: string | readonly string[] | undefined): Content {
  const content = JSON.stringify(document);
  const hash = nodeCrypto().createHash('sha256').update(content).digest('base64url');
  const set: readonly Header[] = [['etag', `"${hash}"`]];
  const tags = [condition ?? []].flat().join(',').split(',');
  // RFC 9110 13.1.2: a weak comparison, because a proxy that compresses makes the tag weak.
  const isKnown = tags.some((tag) => tag.trim().replace(/^W\//, '') === `"${hash}"`);
  return isKnown ? { status: 304, set } : { content, set };
}

/** The headers that let a page of another origin read the response; none if the origin is not one of `origins`. */
function corsHeaders({ headers }: IncomingRequest, origins: readonly string[]): readonly Header[] {
  const origin = readRequestHeader(headers, 'origin');
  if (typeof origin !== 'string' || !origins.includes(origin)) return [];
  return [
    ['access-control-allow-origin', origin],
    ['access-control-allow-credentials', 'true'],
    ['access-control-expose-headers', 'ETag, Retry-After'],
  ];
}

function asksForMethod({ headers }: IncomingRequest): boolean {
  return readRequestHeader(headers, 'access-control-request-method') !== undefined;
}

const PREFLIGHT_HEADERS: readonly Header[] = [
  ['access-control-allow-methods', 'GET, POST'],
  ['access-control-allow-headers', 'authorization, content-type, if-none-match, x-api-key'],
  ['access-control-max-age', '600'],
];

const EVENT_HEADERS: readonly Header[] = [
  ['content-type', 'text/event-stream; charset=utf-8'],
  ['cache-control', 'private, no-store, no-transform'], // a middleware that compresses would keep the events back
  ['x-accel-buffering', 'no'], // so would nginx: nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering
];
