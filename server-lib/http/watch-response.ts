import type { ServerResponse } from 'node:http';
import { NO_CHANGES, privateChanges, type ResponseChanges, type ResponseHead } from '../adapter/response-changes.ts';
import { tryCall } from '../core/errors.ts';
import { type HeaderChange, onResponseHeaders } from './on-response-headers.ts';
import { applyChanges, headersOf } from './response-headers.ts';

/**
 * Makes the changes that `changesFor` returns when the headers of a response are about to be sent, if `isChanged`. Returns
 * `false` if the response cannot be watched.
 */
export function watchResponse(
  response: ServerResponse,
  changesFor: (head?: ResponseHead) => ResponseChanges,
  isChanged: () => boolean = () => changesFor() !== NO_CHANGES,
): boolean {
  const reservedBytes = tryCall(() => Object.hasOwn(response, 'writeHead')) === true ? RESERVED_BYTES : 0;
  let isPrivate = false;
  const change: HeaderChange = (headers) => {
    const changes = changesFor({ headers, reservedBytes });
    isPrivate = changes !== NO_CHANGES;
    applyChanges(response, changes);
  };
  const reapply = (): void => {
    if (isPrivate) applyChanges(response, privateChanges(headersOf(response)));
  };
  return onResponseHeaders(response, () => (isChanged() ? change : undefined), reapply);
}

// A middleware that wrapped `writeHead` earlier runs later, and may add headers such as a session cookie.
const RESERVED_BYTES = 512;
