import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A server on node:http for an application on fetch, as a runtime with fetch has one. A failure is a 500. */
export function fetchServer(respond: (request: Request) => Promise<Response>): Server {
  return createServer(async (incoming, outgoing) => {
    const response = await respond(requestOf(incoming)).catch(() => new Response('Failed', { status: 500 }));
    await send(response, outgoing).catch(() => outgoing.destroy()); // the visitor has gone away, or the stream failed
  });
}

function requestOf(incoming: IncomingMessage): Request {
  const { method = 'GET', url = '/', rawHeaders, headers } = incoming;
  const pairs = rawHeaders.flatMap((name, at): [string, string][] =>
    at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? '']] : [],
  );
  const hasBody = method !== 'GET' && method !== 'HEAD' && headers['content-length'] !== '0';
  return new Request(new URL(url, `http://${headers.host ?? 'localhost'}`), {
    method,
    headers: new Headers(pairs),
    ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' }),
  });
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
  if (response.body === null) outgoing.end();
  else await pipeline(Readable.fromWeb(response.body as never), outgoing);
}
