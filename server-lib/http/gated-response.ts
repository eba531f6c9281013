import type { ServerResponse } from 'node:http';
import type { Evaluation } from '../core/flags/flag.ts';
import { type EvaluatedFlag, formatServerTiming, MAX_TIMING_BYTES } from '../wire/server-timing.ts';
import { type HeaderChange, onResponseHeaders } from './on-response-headers.ts';
import { isPrivate, markPrivate, preventCaching } from './private-response.ts';
import { canSetHeaders, headerNames, readHeader, saveHeaders, tryCall, writeHeader } from './response-headers.ts';

/**
 * The head of a response that may have to say something to one reader: those of development, and those of requests that
 * carry the override cookie or set it. Other responses are not even looked at.
 */
export class GatedResponse {
  /** Whether every response of this server acknowledges its flags (docs/protocol.md section 5.1). */
  readonly isDevelopment: boolean;
  readonly #response: ServerResponse;
  readonly #evaluations: () => readonly Evaluation[];
  readonly #isListening: boolean;
  readonly #reserved: number;
  #hasServerTiming = false;
  #isUncached = false;

  constructor(response: ServerResponse, isDevelopment: boolean, evaluations: () => readonly Evaluation[]) {
    this.isDevelopment = isDevelopment;
    this.#response = response;
    this.#evaluations = evaluations;
    this.#reserved = tryCall(() => Object.hasOwn(response, 'writeHead')) === true ? RESERVED_BYTES : 0;
    const hold = (): void => {
      if (this.#isUncached) preventCaching(response);
    };
    this.#isListening = onResponseHeaders(response, () => this.#getChange(), hold);
  }

  /** From here on the response names the flags that were evaluated. */
  addServerTiming(): void {
    this.#hasServerTiming = true;
  }

  /** From here on the response is kept out of caches. */
  preventCaching(): void {
    markPrivate(this.#response);
    // A frozen response tells nobody when its head is sent: now is better than never.
    if (!this.#isListening && canSetHeaders(this.#response)) preventCaching(this.#response);
  }

  #getChange(): HeaderChange | undefined {
    const response = this.#response;
    const evaluations = this.#hasServerTiming && !SKIP_SERVER_TIMING.has(response) ? this.#evaluations() : [];
    if (evaluations.length === 0 && !isPrivate(response)) return undefined;
    return () => {
      const putBack = saveHeaders(response);
      preventCaching(response);
      const isAcknowledged = evaluations.length > 0 && addServerTiming(response, evaluations, this.#reserved);
      this.#isUncached = isAcknowledged || isPrivate(response);
      if (!this.#isUncached) putBack(); // no room: the response names no flag
    };
  }
}

// A middleware that wrapped writeHead before us changes the head after us: it sets a session's cookie, or an encoding.
const RESERVED_BYTES = 512;

// The manifest's own response has evaluated every flag, and says nothing of the page.
const SKIP_SERVER_TIMING = new WeakSet<ServerResponse>();

/** Leaves the flags that were evaluated out of a response. */
export function skipServerTiming(response: ServerResponse): void {
  SKIP_SERVER_TIMING.add(response);
}

/** The bytes of a head beyond which we add nothing: nginx reads a head into 4 KiB and answers 502 for a larger one. */
const MAX_HEAD_BYTES = 3_500;

/**
 * Adds to `Server-Timing` which flags a response was rendered with (docs/protocol.md section 4), after the app's own, as
 * far as there is room; `reserved` bytes are left for what others add. `false` where there is room for nothing.
 */
export function addServerTiming(response: ServerResponse, flags: readonly EvaluatedFlag[], reserved = 0): boolean {
  const own = [readHeader(response, 'server-timing') ?? []].flat().map(String);
  const line = `server-timing: ${[...own, ''].join(', ')}\r\n`;
  const room = MAX_HEAD_BYTES - reserved - headBytes(response, 'server-timing') - Buffer.byteLength(line);
  const entries = formatServerTiming(flags, Math.min(room, MAX_TIMING_BYTES - ownEntriesLength(own)));
  if (entries === '') return false;
  writeHeader(response, 'server-timing', [...own, entries].join(', '));
  return true;
}

// An application inside another may have a gate of its own, which was first.
function ownEntriesLength(own: readonly string[]): number {
  const entries = own.join(', ').split(', ');
  return entries.filter((entry) => /^gk[.;]/.test(entry)).join(', ').length;
}

/**
 * The bytes of a response's head on the wire, at most, without the header `except`: the status line, the headers that
 * are set, one line for each value, and those that node:http adds itself.
 */
function headBytes(response: ServerResponse, except: string): number {
  const lines = headerNames(response)
    .filter((name) => name !== except)
    .flatMap((name) => [readHeader(response, name) ?? []].flat().map((value) => `${name}: ${value}\r\n`));
  // As UTF-8: node:http sends a head and the text that follows it as one string, in the encoding of the text.
  return ADDED_BY_NODE + Buffer.byteLength(lines.join(''));
}

const ADDED_BY_NODE = [
  'HTTP/1.1 511 Network Authentication Required\r\n',
  'Date: Sun, 01 Nov 2026 00:00:00 GMT\r\n',
  'Connection: keep-alive\r\n',
  'Keep-Alive: timeout=99999, max=99999\r\n',
  'Transfer-Encoding: chunked\r\n',
  '\r\n',
].join('').length;
