import { OFREP_BULK_PATH, type OfrepDocument } from './wire/ofrep.ts';

export type { OfrepDocument, OfrepEventStream, OfrepFailure, OfrepFlag, OfrepSuccess } from './wire/ofrep.ts';

/**
 * A `fetch` for `@openfeature/ofrep-web-provider` that answers the first evaluation of all flags with the document that the server
 * has put into the page, so that the page starts with the variants that the server rendered. All other requests, and all of them
 * without a document, are sent by `send`.
 */
export function bootstrapped(
  document: OfrepDocument | null | undefined,
  send: typeof fetch = (input, init) => fetch(input, init), // browsers need their own `this` for it
): typeof fetch {
  let first = isDocument(document) ? document : undefined;
  return async function bootstrappedFetch(input, init) {
    if (first === undefined || !isBulkRequest(input)) return send(input, init);
    const body = JSON.stringify(first);
    first = undefined;
    return new Response(body, { headers: { 'content-type': 'application/json; charset=utf-8' } });
  };
}

function isDocument(value: unknown): boolean {
  return Array.isArray((value as { readonly flags?: unknown } | null | undefined)?.flags);
}

function isBulkRequest(input: Parameters<typeof fetch>[0]): boolean {
  const url = typeof input === 'object' && 'url' in input ? input.url : String(input);
  return url.split(/[?#]/, 1)[0]?.endsWith(OFREP_BULK_PATH) === true;
}
