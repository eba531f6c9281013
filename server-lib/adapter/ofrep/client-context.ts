import { type AdapterRequest, readCookieHeader, readField, readSecure } from '../../core/adapter-request.ts';
import type { Attributes, HostRequest } from '../../core/flags/flag.ts';
import type { KeeperState } from '../../core/keeper-state.ts';
import { RequestGate } from '../../core/request/request-gate.ts';
import { isThenable } from '../../core/thenable.ts';
import { isJsonObject } from '../../wire/untrusted-json.ts';
import { hostRequestOf } from '../routes.ts';
import type { OfrepSettings } from './ofrep-options.ts';

/** The evaluation context that a client sends. */
export interface ClientContext {
  readonly targetingKey: string | undefined;
  readonly attributes: Attributes;
}

/** Text of at most `limit` bytes of UTF-8; `undefined` if there are more, or if it cannot be read. */
export async function readText(chunks: AsyncIterable<Uint8Array | string>, limit: number): Promise<string | undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      const part = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
      bytes += part.byteLength;
      if (bytes > limit) return undefined;
      text += decoder.decode(part, { stream: true });
    }
    return text + decoder.decode();
  } catch {
    return undefined;
  }
}

/** The context in the body of a request, or what is wrong with it. */
export function readClientContext(body: unknown): ClientContext | string {
  if (!isJsonObject(body)) return 'The body must be a JSON object: {"context":{}}';
  const context = Object.hasOwn(body, 'context') ? body.context : {};
  if (!isJsonObject(context)) return 'context must be an object';
  const { targetingKey, ...attributes } = context;
  if (targetingKey === undefined || typeof targetingKey === 'string') return { targetingKey, attributes };
  return 'targetingKey must be a string';
}

/**
 * The gate that evaluates flags for a client: `gate` itself, unless the client's context counts. Whether the request may override,
 * and its overrides, are the same.
 */
export function gateForClient(
  state: KeeperState,
  gate: RequestGate,
  client: ClientContext,
  { isCaller, attributes: allowed }: Pick<OfrepSettings, 'isCaller' | 'attributes'>,
): RequestGate {
  const attributes = allowed === undefined ? client.attributes : pick(client.attributes, allowed);
  if (isCaller) return new RequestGate(state, { ...requestOf(gate), userId: client.targetingKey, attributes });
  return Object.keys(attributes).length === 0 ? gate : new RequestGate(state, extendedRequest(gate, attributes));
}

function pick(attributes: Attributes, names: readonly string[]): Attributes {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(attributes, name)).map((name) => [name, attributes[name]]),
  );
}

/** The request of `gate`, without its user. */
function requestOf(gate: RequestGate): AdapterRequest {
  const { request } = gate;
  return {
    cookie: readCookieHeader(request, () => {}), // the request's own gate reports an error
    secure: readSecure(request),
    mayOverride: gate.permission() ?? false,
    isDevelopment: gate.isDevelopment(),
    request: hostRequestOf(gate) as HostRequest,
    app: readField(request, 'app'),
  };
}

/** The same with its user and more attributes. */
function extendedRequest(gate: RequestGate, added: Attributes): AdapterRequest {
  const { request } = gate;
  return {
    ...requestOf(gate),
    get userId() {
      return readField(request, 'userId');
    },
    visitorId() {
      const visitorId = readField(request, 'visitorId');
      return typeof visitorId === 'function' ? visitorId(gate.visitorContext()) : visitorId;
    },
    get attributes() {
      const own: unknown = readField(request, 'attributes') ?? {};
      return isJsonObject(own) && !isThenable(own) ? { ...added, ...own } : (own as Attributes); // the gate reports the error
    },
    get session() {
      return readField(request, 'session');
    },
  };
}
