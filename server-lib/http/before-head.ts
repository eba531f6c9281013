import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';

type HeadersOfCall = OutgoingHttpHeaders | readonly OutgoingHttpHeader[];

/**
 * Calls `listener` once, when a response's head is about to be sent and each of its headers can still be changed:
 * those set before and those handed to `writeHead` alike.
 */
export function beforeHead(response: ServerResponse, listener: () => void): void {
  const { writeHead } = response;
  let isCalled = false;
  function gatekeeperWriteHead(this: ServerResponse, status: number, ...rest: readonly unknown[]): ServerResponse {
    // 1xx are not the response; and a head that is sent already is for the original to complain about.
    if (isCalled || status < 200 || this.headersSent) return call(writeHead, this, [status, ...rest]);
    isCalled = true;
    const [reason, headers] = typeof rest[0] === 'string' ? rest : [undefined, rest[0] ?? rest[1]];
    setHeaders(this, headers as HeadersOfCall | undefined);
    listener();
    return call(writeHead, this, reason === undefined ? [status] : [status, reason]);
  }
  response.writeHead = gatekeeperWriteHead as ServerResponse['writeHead'];
}

function call(
  writeHead: ServerResponse['writeHead'],
  response: ServerResponse,
  args: readonly unknown[],
): ServerResponse {
  return Reflect.apply(writeHead, response, args);
}

// As node:http itself merges them: a list is names and values in turn, and replaces what was set before.
function setHeaders(response: ServerResponse, headers: HeadersOfCall | undefined): void {
  if (headers === undefined) return;
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
    return;
  }
  const pairs: readonly (readonly [string, string])[] = Array.isArray(headers[0])
    ? headers
    : headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]]] : []));
  for (const [name] of pairs) response.removeHeader(name);
  for (const [name, value] of pairs) response.appendHeader(name, value);
}
