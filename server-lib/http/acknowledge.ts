import type { ServerResponse } from 'node:http';
import { type Acknowledged, serverTimingOf } from '../wire/server-timing.ts';

/**
 * Adds to `Server-Timing` which flags a response was rendered with (docs/protocol.md section 4), after the app's own.
 * The returned function takes that back.
 */
export function acknowledge(response: ServerResponse, flags: readonly Acknowledged[]): () => void {
  const before = response.getHeader('server-timing');
  const own = [before ?? []].flat().map(String);
  response.setHeader('server-timing', [...own, serverTimingOf(flags)].join(', '));
  return function takeBack() {
    if (before === undefined) response.removeHeader('server-timing');
    else response.setHeader('server-timing', before);
  };
}
