import type { ServerResponse } from 'node:http';
import {
  NO_CHANGES,
  privateChanges,
  type ResponseChanges,
  type ResponseHead,
  readHeaders,
} from '../adapter/response-changes.ts';
import { onResponseHeaders } from './on-response-headers.ts';
import { applyChanges, headersOf, tryCall } from './response-headers.ts';

/**
 * Makes the changes that `changesFor` returns when the headers of a response are about to be sent. Returns `false` if the
 * response cannot be watched.
 */
export function watchResponse(response: ServerResponse, changesFor: (head?: ResponseHead) => ResponseChanges): boolean {
  const reservedBytes = tryCall(() => Object.hasOwn(response, 'writeHead')) === true ? RESERVED_BYTES : 0;
  let isPrivate = false;
  const change = (): void => {
    const changes = changesFor({ headers: headersOf(response), reservedBytes });
    isPrivate = changes !== NO_CHANGES;
    applyChanges(response, changes);
  };
  const reapply = (): void => {
    if (isPrivate) applyChanges(response, privateChanges(readHeaders(headersOf(response))));
  };
  return onResponseHeaders(response, () => (changesFor() === NO_CHANGES ? undefined : change), reapply);
}

// A middleware that wrapped `writeHead` earlier runs later, and may add headers such as a session cookie.
const RESERVED_BYTES = 512;
