import { type AdapterRequest, readField } from '../adapter-request.ts';
import { callHook } from '../errors.ts';
import type { IncomingRequest } from '../incoming-request.ts';
import { isThenable } from '../thenable.ts';
import { quoted } from '../values.ts';

// All gates of a request share its lines, because a request may have the gates of two keepers.
const COLLECTED = new WeakMap<IncomingRequest, Map<string, string>>();

/** The name of the cookie that a `Set-Cookie` line sets. */
export function cookieNameOf(line: string): string {
  return line.split('=', 1)[0] ?? '';
}

/** The `Set-Cookie` lines that wait for the response of a request. */
export function collectedCookies(request: AdapterRequest): readonly string[] {
  const incoming = readField(request, 'incoming');
  return incoming === undefined ? [] : [...(COLLECTED.get(incoming)?.values() ?? [])];
}

/** The `Set-Cookie` lines that the response to a request has so far. Never throws. */
export function responseCookies(request: AdapterRequest): readonly string[] {
  try {
    const lines: unknown = readField(request, 'responseCookies');
    const own = !isThenable(lines) && Array.isArray(lines) ? lines.map(String) : [];
    return [...own, ...collectedCookies(request)];
  } catch {
    return []; // a getter that throws counts as none
  }
}

/**
 * The function that adds a `Set-Cookie` line to the response of a request, or why there is none. It throws if the response
 * has started. Throws a `HookError` if the request's getter throws.
 */
export function cookieSetter(request: AdapterRequest): ((line: string) => unknown) | string {
  const setCookie: unknown = callHook('setCookie', 'ERR_GK_REQUEST', () => readField(request, 'setCookie'));
  if (typeof setCookie === 'function') return (line) => Reflect.apply(setCookie, request, [line]);
  if (setCookie !== undefined && setCookie !== null) return `setCookie must be a function; got ${quoted(setCookie)}`;
  return collectorFor(request) ?? 'there is no response to set the cookie on';
}

/** For a host that has no response yet: the line waits until the host asks for the changes of the response. */
function collectorFor(request: AdapterRequest): ((line: string) => void) | undefined {
  const incoming = readField(request, 'incoming');
  if (incoming === undefined) return undefined;
  return (line) => {
    const lines = COLLECTED.get(incoming) ?? new Map<string, string>();
    COLLECTED.set(incoming, lines.set(cookieNameOf(line), line));
  };
}
