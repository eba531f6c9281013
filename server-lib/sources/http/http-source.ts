import { GatekeeperError, isGatekeeperError } from '../../core/errors.ts';
import { type OptionNames, readOptions } from '../../core/read-options.ts';
import { kindOf, quoted } from '../../core/values.ts';
import { MAX_DOCUMENT_BYTES } from '../../rules/document/read-document.ts';
import type { RulesSource } from '../../rules/rules-source.ts';
import { parseUrl } from '../../wire/untrusted-json.ts';
import type { FetchResult } from '../poller.ts';
import { type RemoteOptions, remoteSource, type StoreFetcher } from '../remote-source.ts';
import { errorReason, sourceError, tooLargeError } from '../validate-rules.ts';

export type HttpHeaders = Readonly<Record<string, string>>;

/** A function like the global `fetch`. */
export type HttpFetch = (
  url: string,
  init: {
    readonly headers: Record<string, string>;
    readonly redirect: 'manual';
    readonly cache: 'no-store';
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

export interface HttpSourceOptions extends RemoteOptions {
  /** Where the document is, an http or https address. */
  readonly url: string | URL;
  /** Headers of each request, or a function that returns them. They are sent only to the origin of `url`. */
  readonly headers?: HttpHeaders | (() => HttpHeaders | Promise<HttpHeaders>) | undefined;
  /** Default: the global `fetch`. */
  readonly fetch?: HttpFetch | undefined;
  /** Milliseconds between two requests, at most; a random quarter less, so that servers spread. Default: 3,000. */
  readonly pollInterval?: number | undefined;
}

/**
 * Rules from a URL: from a CDN, a bucket, or any other HTTP server. The source asks with the entity tag of the document in
 * force, so an unchanged document is not transferred. Evaluations never wait for a request. While the server fails or has no
 * valid document, the last good one stays in force.
 */
export function httpSource(given: HttpSourceOptions): RulesSource {
  const options = readOptions('httpSource', given, OPTIONS);
  const url = readUrl(options.url);
  validateHeaders(options.headers);
  const { fetch: ownFetch, headers = {} } = options;
  if (ownFetch !== undefined && typeof ownFetch !== 'function') {
    throw optionError(`fetch must be a function like the global fetch; got ${kindOf(ownFetch)}`);
  }
  const fetch: HttpFetch = ownFetch ?? ((to, init) => globalThis.fetch(to, init));
  return remoteSource(
    {
      owner: 'httpSource',
      pollInterval: 3_000,
      longestBackoff: MAX_BACKOFF_MS,
      connect: ({ currentText }) => createHttpFetcher({ url, headers, fetch }, currentText),
    },
    options,
  );
}

const OPTIONS: OptionNames<HttpSourceOptions> = {
  url: true,
  headers: true,
  fetch: true,
  pollInterval: true,
  snapshot: true,
};

// With a request that hung until its timeout, 4.5 seconds: after a recovery, the newest document is there within five.
const MAX_BACKOFF_MS = 2_500;

function readUrl(given: unknown): URL {
  const url = given instanceof URL ? given : parseUrl(typeof given === 'string' ? given : '');
  // Not quoted: it may contain a password or a signature.
  if (url === undefined) throw optionError(`url must be an http or https URL; got ${kindOf(given)} that is not a URL`);
  if (!/^https?:$/.test(url.protocol)) {
    throw optionError(`url must be an http or https URL; got one that begins with ${quoted(url.protocol)}`);
  }
  if (url.username === '' && url.password === '') return new URL(url);
  throw optionError('url must not contain a user or a password; pass them in headers, as authorization');
}

function validateHeaders(headers: unknown): void {
  if (headers === undefined || typeof headers === 'function') return;
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw optionError(`headers must be an object, or a function that returns one; got ${kindOf(headers)}`);
  }
  try {
    new Headers(headers as HttpHeaders);
  } catch (cause) {
    const what = `headers must have valid names, and strings as values: ${Object.keys(headers).map(quoted).join(', ')}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `httpSource: ${what}`, { cause });
  }
}

function optionError(what: string): GatekeeperError {
  return new GatekeeperError('ERR_GK_OPTIONS', `httpSource: ${what}`);
}

interface Requests extends Required<Pick<HttpSourceOptions, 'headers' | 'fetch'>> {
  readonly url: URL;
  readonly headers: NonNullable<HttpSourceOptions['headers']>;
  readonly fetch: HttpFetch;
}

/** A document, the URL that it came from after redirects, and its entity tag there. */
interface TaggedDocument {
  readonly text: string;
  readonly url: string;
  readonly etag: string | undefined;
}

function createHttpFetcher(requests: Requests, currentText: () => unknown): StoreFetcher {
  const name = `HTTP: ${requests.url.origin}${requests.url.pathname}`;
  let received: TaggedDocument | undefined;
  let accepted: TaggedDocument | undefined;
  let abort = (_: Error): void => {}; // ends the current fetch

  async function read(attempt: Attempt): Promise<FetchResult> {
    const current = currentText();
    // The tag of a refused document is forgotten: otherwise "not modified" would mean a document that is not in force.
    if (received !== undefined && received.text === current) accepted = received;
    const known = accepted?.text === current ? accepted : undefined;
    const { response, url } = await followRedirects(requests, known, attempt.signal);
    if (response.status === 304 && known !== undefined) return { text: known.text };
    if (response.status !== 200) throw await refusal(response, `responded with status ${response.status}`);
    const type = response.headers.get('content-type') ?? '';
    if (!isJsonType(type)) throw await refusal(response, `has the content type ${quoted(type)}; expected JSON`);
    received = { text: await readBody(response, name, attempt), url, etag: entityTag(response.headers) };
    return { text: received.text };
  }

  return {
    async fetch() {
      const attempt = startAttempt();
      abort = attempt.abort;
      try {
        return await Promise.race([read(attempt), attempt.aborted]);
      } catch (error) {
        if (isGatekeeperError(error)) return { error };
        return { error: sourceError(`${name} ${reasonOf(error)}`, error) };
      } finally {
        attempt.end();
      }
    },
    close: () => abort(new Error('the source was closed')),
  };
}

/** One fetch of the document, with its redirects. It is aborted if the server is too slow. */
interface Attempt {
  readonly signal: AbortSignal;
  /** Rejects when the attempt is aborted, even if `fetch` ignores the signal. */
  readonly aborted: Promise<never>;
  abort(reason: Error): void;
  /** Allows the server another two seconds. */
  progress(): void;
  end(): void;
}

function startAttempt(): Attempt {
  const controller = new AbortController();
  const { signal } = controller;
  const abort = (reason: Error): void => controller.abort(reason);
  const timer = setTimeout(
    () =>
      abort(new RefusedResponse(`did not send the document: no response, or less than 64 KiB, in ${TIMEOUT_MS} ms`)),
    TIMEOUT_MS,
  ).unref();
  return {
    signal,
    aborted: new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    }),
    abort,
    progress: () => void timer.refresh(),
    end: () => clearTimeout(timer),
  };
}

const TIMEOUT_MS = 2_000;
const PROGRESS_BYTES = 64 * 1024;

/** The reason is a part of a sentence about the URL. */
class RefusedResponse extends Error {}

/** The error about a response whose body is not read. */
async function refusal(response: Response, reason: string): Promise<Error> {
  await cancelBody(response);
  return new RefusedResponse(reason);
}

async function cancelBody({ body }: Response): Promise<void> {
  await body?.cancel().catch(() => {}); // it rejects if the connection was lost
}

function reasonOf(error: unknown): string {
  if (error instanceof RefusedResponse) return error.message;
  const cause = error instanceof TypeError ? error.cause : undefined; // "fetch failed", because of ECONNREFUSED
  return `cannot be read: ${errorReason(cause ?? error)}`;
}

/**
 * Follows up to five redirects. The application's headers, which may hold a token, are sent only to the origin of its URL, and a
 * redirect from https to http is refused.
 */
async function followRedirects(
  { url, headers, fetch }: Requests,
  known: TaggedDocument | undefined,
  signal: AbortSignal,
): Promise<{ readonly response: Response; readonly url: string }> {
  const own = Object.fromEntries(new Headers(typeof headers === 'function' ? await headers() : headers));
  let target = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(target.href, {
      headers: {
        accept: 'application/json',
        ...(target.origin === url.origin && own),
        ...(known?.etag !== undefined && known.url === target.href && { 'if-none-match': known.etag }),
      },
      redirect: 'manual',
      cache: 'no-store', // for a framework that caches what the global fetch returns
      signal,
    });
    if (!REDIRECTS.has(response.status)) return { response, url: target.href };
    const next = parseUrl(response.headers.get('location') ?? '', target.href);
    if (next === undefined) throw await refusal(response, 'redirects without a valid address');
    if (target.protocol === 'https:' && next.protocol !== 'https:') {
      throw await refusal(response, `redirects from https to ${quoted(next.protocol)}, which is refused`);
    }
    await cancelBody(response);
    target = next;
  }
  throw new RefusedResponse(`redirects more than ${MAX_REDIRECTS} times`);
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 5;

/** Buckets and raw files of a repository often have a general type; a login page has text/html. */
function isJsonType(type: string): boolean {
  return /^\s*(?:$|(?:application|text)\/(?:[\w.-]+\+)?json|text\/plain|(?:application|binary)\/octet-stream)\s*(?:;|$)/i.test(
    type,
  );
}

async function readBody(response: Response, name: string, attempt: Attempt): Promise<string> {
  const announced = Number(response.headers.get('content-length') ?? 0);
  if (announced > MAX_DOCUMENT_BYTES) {
    await cancelBody(response);
    throw tooLargeError(name, announced);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let goal = PROGRESS_BYTES;
  const reader = response.body?.getReader();
  for (let chunk = await reader?.read(); chunk?.value !== undefined; chunk = await reader?.read()) {
    chunks.push(chunk.value);
    bytes += chunk.value.byteLength;
    if (bytes > MAX_DOCUMENT_BYTES) {
      await reader?.cancel().catch(() => {});
      throw tooLargeError(name, bytes);
    }
    if (bytes < goal) continue;
    goal = bytes + PROGRESS_BYTES;
    attempt.progress();
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new RefusedResponse('is not UTF-8 text');
  }
}

/**
 * The entity tag, unless the document was changed less than two seconds ago: many servers make the tag of the time in seconds and
 * the size, so a second change in the same second may have the same tag.
 */
function entityTag(headers: Headers): string | undefined {
  const [now, changed] = ['date', 'last-modified'].map((header) => Date.parse(headers.get(header) ?? ''));
  const isSettled = !(Number(now) - Number(changed) < TIMESTAMP_RESOLUTION_MS);
  return isSettled ? (headers.get('etag') ?? undefined) : undefined;
}

const TIMESTAMP_RESOLUTION_MS = 2_000;
