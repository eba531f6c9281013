import type { ServerResponse } from 'node:http';
import type { Evaluation } from '../core/flags/flag.ts';
import { formatServerTiming, MAX_TIMING_BYTES } from '../wire/server-timing.ts';
import type { EvaluatedFlag } from '../wire/used-flags.ts';
import { type HeaderChange, onResponseHeaders } from './on-response-headers.ts';
import { isPrivate, markPrivate, preventCaching } from './private-response.ts';
import { canSetHeaders, headerNames, readHeader, saveHeaders, tryCall, writeHeader } from './response-headers.ts';

/**
 * A response that may be private or list its flags: every response in development, and those of requests that have or set
 * the override cookie. Other responses are not watched.
 */
export class GatedResponse {
  /** Whether every response of this server lists its flags (docs/protocol.md section 5.1). */
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
    const reapply = (): void => {
      if (this.#isUncached) preventCaching(response);
    };
    this.#isListening = onResponseHeaders(response, () => this.#getChange(), reapply);
  }

  /** Makes the response list the flags that it evaluates. */
  enableServerTiming(): void {
    this.#hasServerTiming = true;
  }

  /** Keeps the response out of caches. */
  preventCaching(): void {
    markPrivate(this.#response);
    // A frozen response cannot be watched, so the headers change now.
    if (!this.#isListening && canSetHeaders(this.#response)) preventCaching(this.#response);
  }

  #getChange(): HeaderChange | undefined {
    const response = this.#response;
    const evaluations = this.#hasServerTiming && !SKIP_SERVER_TIMING.has(response) ? this.#evaluations() : [];
    if (evaluations.length === 0 && !isPrivate(response)) return undefined;
    return () => {
      const restore = saveHeaders(response);
      preventCaching(response);
      const isListed = evaluations.length > 0 && addServerTiming(response, evaluations, this.#reserved);
      this.#isUncached = isListed || isPrivate(response);
      if (!this.#isUncached) restore(); // no room: the response lists no flag
    };
  }
}

// A middleware that wrapped `writeHead` earlier runs later, and may add headers such as a session cookie.
const RESERVED_BYTES = 512;

// The response with the manifest evaluates every flag, which says nothing about the page.
const SKIP_SERVER_TIMING = new WeakSet<ServerResponse>();

/** Keeps the evaluated flags out of the headers of a response. */
export function skipServerTiming(response: ServerResponse): void {
  SKIP_SERVER_TIMING.add(response);
}

/** The maximum bytes of the headers with our entries: nginx reads headers into 4 KiB and responds with 502 to more. */
const MAX_HEAD_BYTES = 3_500;

/**
 * Adds the flags that a response used to its `Server-Timing` (docs/protocol.md section 4), after the application's own
 * entries, within the limit and with `reserved` bytes to spare. Returns `false` if nothing fits.
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

// A mounted application may have its own gate, whose entries are there already.
function ownEntriesLength(own: readonly string[]): number {
  const entries = own.join(', ').split(', ');
  return entries.filter((entry) => /^gk[.;]/.test(entry)).join(', ').length;
}

/**
 * The maximum bytes of a response's status line and headers on the wire, without the header `except`: one line for each
 * value of the headers that are set, and those that node:http adds.
 */
function headBytes(response: ServerResponse, except: string): number {
  const lines = headerNames(response)
    .filter((name) => name !== except)
    .flatMap((name) => [readHeader(response, name) ?? []].flat().map((value) => `${name}: ${value}\r\n`));
  // As UTF-8: node:http sends the headers and a string body as one string, in the encoding of the body.
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
