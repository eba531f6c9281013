import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';

type HeadersOfCall = OutgoingHttpHeaders | readonly OutgoingHttpHeader[];

/** Changes the headers of a response. What must not be there twice is taken back by the function that it returns. */
export type HeaderChange = () => (() => void) | undefined;

/**
 * Asks `changeOf` when a response's head is about to be sent, and makes the change that it names: to headers set before
 * and those handed to `writeHead` alike. Where it names none, the head is sent exactly as the application wrote it.
 */
export function beforeHead(response: ServerResponse, changeOf: () => HeaderChange | undefined): void {
  const { writeHead } = response;
  function gatekeeperWriteHead(this: ServerResponse, status: number, ...rest: readonly unknown[]): ServerResponse {
    // 1xx are not the response; and a head that is sent already is for the original to complain about.
    const change = status < 200 || this.headersSent ? undefined : changeOf();
    if (change === undefined) return call(writeHead, this, [status, ...rest]);
    const [reason, headers] = typeof rest[0] === 'string' ? rest : [undefined, rest[0] ?? rest[1]];
    setHeaders(this, headers as HeadersOfCall | undefined);
    const takeBack = change();
    try {
      return call(writeHead, this, reason === undefined ? [status] : [status, reason]);
    } catch (refusal) {
      takeBack?.(); // a status of 9999, say: the error page that follows has a head of its own
      throw refusal;
    }
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

// As node:http itself merges them, a nameless one left out: a list is names and values in turn, and replaces what was set before.
function setHeaders(response: ServerResponse, headers: HeadersOfCall | undefined): void {
  if (headers === undefined || headers === null) return;
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers))
      if (name) response.setHeader(name, value as OutgoingHttpHeader);
    return;
  }
  const pairs: readonly (readonly [string, string])[] = Array.isArray(headers[0])
    ? headers
    : headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]]] : []));
  for (const [name] of pairs) response.removeHeader(name);
  for (const [name, value] of pairs) response.appendHeader(name, value);
}
