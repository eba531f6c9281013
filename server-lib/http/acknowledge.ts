import type { ServerResponse } from 'node:http';
import { type Acknowledged, serverTimingOf } from '../wire/server-timing.ts';

/** Adds to `Server-Timing` which flags a response was rendered with (docs/protocol.md section 4), after the app's own. */
export function acknowledge(response: ServerResponse, flags: readonly Acknowledged[]): void {
  if (flags.length === 0) return;
  const own = [response.getHeader('server-timing') ?? []].flat().map(String);
  response.setHeader('server-timing', [...own, serverTimingOf(flags)].join(', '));
}
