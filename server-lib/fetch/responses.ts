import { readText } from '../adapter/ofrep/client-context.ts';
import type { EventStream, ProtocolResponse } from '../adapter/protocol-response.ts';
import { NO_CHANGES, type ResponseChanges } from '../adapter/response-changes.ts';

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
export function ownResponse(
  request: Request,
  { status, headers, body, events }: ProtocolResponse,
  before?: Headers,
): Response {
  const content = events === undefined ? body : streamOf(events);
  return new Response(request.method === 'HEAD' ? null : content, { status, headers: applyTo(before, headers) });
}

function streamOf(events: EventStream): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stop = (): void => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const send = (text: string): void => {
          controller.enqueue(encoder.encode(text));
          if ((controller.desiredSize ?? 0) > 0) return;
          // The client does not read. When it connects again, it learns what it missed.
          stop();
          controller.close();
        };
        stop = events(send, () => controller.close());
      },
      cancel: () => stop(),
    },
    { highWaterMark: MAX_UNREAD_BYTES, size: (chunk) => chunk?.byteLength ?? 0 },
  );
}

const MAX_UNREAD_BYTES = 16_384; // as for a stream of Node

/** The body of a request as text; `undefined` if it cannot be read or has more than `limit` bytes. */
export async function readBody({ body, bodyUsed }: Request, limit: number): Promise<string | undefined> {
  if (bodyUsed) return undefined;
  return body === null ? '' : readText(body, limit);
}

function applyTo(before: Headers | undefined, { remove, set, append }: ResponseChanges): Headers {
  const headers = new Headers(before);
  for (const name of remove) headers.delete(name);
  for (const [name, value] of set) headers.set(name, value);
  for (const [name, value] of append) headers.append(name, value);
  return headers;
}
