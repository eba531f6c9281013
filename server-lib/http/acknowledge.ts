import type { ServerResponse } from 'node:http';
import { type Acknowledged, MAX_TIMING_BYTES, serverTimingOf } from '../wire/server-timing.ts';
import { headSize } from './head-size.ts';
import { readHeader, writeHeader } from './response-headers.ts';

/** The bytes of a head beyond which we add nothing: nginx reads a head into 4 KiB and answers 502 for a larger one. */
const MAX_HEAD_BYTES = 3_500;

/**
 * Adds to `Server-Timing` which flags a response was rendered with (docs/protocol.md section 4), after the app's own, as
 * far as there is room; `reserved` bytes are left for what others add. `false` where there is room for nothing.
 */
export function acknowledge(response: ServerResponse, flags: readonly Acknowledged[], reserved = 0): boolean {
  const own = [readHeader(response, 'server-timing') ?? []].flat().map(String);
  const line = `server-timing: ${[...own, ''].join(', ')}\r\n`;
  const room = MAX_HEAD_BYTES - reserved - headSize(response, 'server-timing') - Buffer.byteLength(line);
  const entries = serverTimingOf(flags, Math.min(room, MAX_TIMING_BYTES - entriesOfOurs(own)));
  if (entries === '') return false;
  writeHeader(response, 'server-timing', [...own, entries].join(', '));
  return true;
}

// An application inside another may have a gate of its own, which was first.
function entriesOfOurs(own: readonly string[]): number {
  const entries = own.join(', ').split(', ');
  return entries.filter((entry) => /^gk[.;]/.test(entry)).join(', ').length;
}
