import { NO_CHANGES, type ResponseChanges } from '../adapter/response-changes.ts';
import type { ProtocolResponse } from '../adapter/routes.ts';

/**
 * A new response with the changes, because the headers of a received one cannot be changed. `response` itself if nothing
 * changes or if it cannot be copied: it is an upgrade to another protocol or an error, or its body was read.
 */
export function changedResponse(response: Response, changes: ResponseChanges): Response {
  if (changes === NO_CHANGES) return response;
  const { status, statusText } = response;
  try {
    return new Response(response.body, { status, statusText, headers: applyTo(response.headers, changes) });
  } catch {
    return response;
  }
}

/** The pathname of a request's URL. */
export function pathOf({ url }: Request): string | undefined {
  return /^[a-z][a-z\d+.-]*:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1];
}

/** A response of the protocol. `before` has the headers that it changes, if the framework has set some already. */
export function ownResponse(request: Request, { status, headers, body }: ProtocolResponse, before?: Headers): Response {
  return new Response(request.method === 'HEAD' ? null : body, { status, headers: applyTo(before, headers) });
}

function applyTo(before: Headers | undefined, { remove, set, append }: ResponseChanges): Headers {
  const headers = new Headers(before);
  for (const name of remove) headers.delete(name);
  for (const [name, value] of set) headers.set(name, value);
  for (const [name, value] of append) headers.append(name, value);
  return headers;
}
