import {
  displayString,
  MANIFEST_PATH,
  parseUrl,
  readServerTiming,
  type ServerTimingFlags,
} from '../../../server-lib/wire.ts';

/** The purpose of a request: the page itself or a frame, data for a script, or another resource. */
export type RequestType = 'document' | 'fetch' | 'other';

/** A request of the page, and the flags that its response lists as evaluated. */
export interface LoggedRequest {
  readonly type: RequestType;
  readonly url: string;
  readonly method: string;
  readonly status: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly evaluations: ServerTimingFlags;
}

/** An entry of the log: a request, or a navigation to another page. */
export type LogEntry =
  | ({ readonly kind: 'request'; readonly id: number } & LoggedRequest)
  | { readonly kind: 'navigation'; readonly id: number; readonly url: string };

/** The requests of a tab since its developer tools were opened, the newest last. */
export interface RequestLog {
  readonly entries: readonly LogEntry[];
  /** The number of entries ever added; an entry's `id` is its number. */
  readonly count: number;
}

export const EMPTY_LOG: RequestLog = { entries: [], count: 0 };

/** The log keeps this many entries: a polling page must not fill the memory while the panel stays open overnight. */
export const MAX_ENTRIES = 1_000;

/** Adds a request by its start time: browsers report a request when it ends, a document later than its first images. */
export function appendRequest(log: RequestLog, request: LoggedRequest): RequestLog {
  const { entries, count } = log;
  let at = entries.length;
  for (; at > 0; at--) {
    const before = entries[at - 1];
    if (before?.kind !== 'request' || before.startedAt <= request.startedAt) break;
  }
  const entry: LogEntry = { kind: 'request', id: count + 1, ...request };
  return trimLog([...entries.slice(0, at), entry, ...entries.slice(at)], count + 1);
}

/** Replaces what is known of a request, unless the log does not have it any more. */
export function replaceRequest({ entries, count }: RequestLog, id: number, request: LoggedRequest): RequestLog {
  return { entries: entries.map((entry) => (entry.id === id ? { kind: 'request', id, ...request } : entry)), count };
}

/**
 * Adds a navigation: the requests after it belong to another page. Chromium reports a navigation before the document
 * has ended, Firefox afterwards: there `isLate` is true, and the navigation is inserted before its document.
 */
export function appendNavigation(log: RequestLog, url: string, isLate = false): RequestLog {
  const { entries, count } = log;
  const at = (isLate ? navigationIndex(entries, url) : undefined) ?? entries.length;
  return trimLog(
    [...entries.slice(0, at), { kind: 'navigation', id: count + 1, url }, ...entries.slice(at)],
    count + 1,
  );
}

/**
 * The index of the document of the page at `url`; `undefined` if the log does not have it yet. The first document after
 * a navigation to the same URL belongs to that navigation.
 */
function navigationIndex(entries: readonly LogEntry[], url: string): number | undefined {
  const last = entries.findLastIndex(({ kind }) => kind === 'navigation');
  const navigation = entries[last];
  const documents = entries.flatMap((entry, at) => (at > last && isDocumentOf(entry, url) ? at : []));
  const isSameUrl = navigation?.kind === 'navigation' && withoutFragment(navigation.url) === withoutFragment(url);
  return documents.slice(isSameUrl ? 1 : 0).at(-1);
}

const isDocumentOf = (entry: LogEntry, url: string): boolean =>
  entry.kind === 'request' && entry.type === 'document' && entry.url === withoutFragment(url);

const withoutFragment = (url: string): string => url.replace(/#.*/s, '');

/** Removes all entries; the numbering continues, so that every `id` stays unique. */
export function clearLog({ count }: RequestLog): RequestLog {
  return { entries: [], count };
}

function trimLog(entries: readonly LogEntry[], count: number): RequestLog {
  return { entries: entries.slice(-MAX_ENTRIES), count };
}

/** Which requests the user wants to see. */
export interface RequestFilter {
  readonly text: string;
  readonly type: TypeFilter;
  readonly flags: FlagFilter;
}

/** Documents and fetches, one of the two, or all requests including images, styles and scripts. */
export const TYPE_FILTERS = ['page', 'document', 'fetch', 'all'] as const;
export type TypeFilter = (typeof TYPE_FILTERS)[number];

/** All requests, those that evaluated a flag, or those that used an override. */
export const FLAG_FILTERS = ['any', 'evaluated', 'overridden'] as const;
export type FlagFilter = (typeof FLAG_FILTERS)[number];

/** The filter with which the panel opens. */
export const INITIAL_FILTER: RequestFilter = { text: '', type: 'page', flags: 'any' };

/** The entries that match a filter. A navigation is kept only if a matching request follows it. */
export function filterLog({ entries }: RequestLog, filter: RequestFilter): readonly LogEntry[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = entries.filter((entry) => entry.kind === 'navigation' || matchesFilter(entry, filter, words));
  const last = entries.at(-1); // the latest navigation is shown before its first request
  return wanted.filter((entry, at) => entry.kind === 'request' || entry === last || wanted[at + 1]?.kind === 'request');
}

function matchesFilter(request: LoggedRequest, filter: RequestFilter, words: readonly string[]): boolean {
  const { flags, more } = request.evaluations;
  const isEvaluated = flags.length > 0 || more > 0;
  if (!matchesType(request, filter.type)) return false;
  if (filter.flags === 'evaluated' && !isEvaluated) return false;
  if (filter.flags === 'overridden' && !flags.some(({ source }) => source === 'override')) return false;
  if (words.length === 0) return true;
  const names = flags.flatMap(({ flag, variant, source }) => [flag, variant, source]);
  const text = [request.method, request.url, request.status, ...names].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

function matchesType({ type }: LoggedRequest, wanted: TypeFilter): boolean {
  return wanted === 'all' || (wanted === 'page' ? type !== 'other' : type === wanted);
}

/** The entries as JSON, for an issue or a script: each request with the flags that it evaluated. */
export function serializeRequests(entries: readonly LogEntry[], exportedAt: number): string {
  const document = {
    gatekeeperRequests: 1,
    exportedAt: new Date(exportedAt).toISOString(),
    entries: entries.map(serializeEntry),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function serializeEntry(entry: LogEntry): object {
  if (entry.kind === 'navigation') return { navigation: entry.url };
  const { method, url, status, type, startedAt, evaluations } = entry;
  const { flags, more } = evaluations;
  return { startedAt: new Date(startedAt).toISOString(), type, method, url, status, flags, ...(more > 0 && { more }) };
}

/**
 * Parses a request in the format of the browser's developer tools (HAR 1.2, with Chromium's and Firefox's own fields), and
 * the page that it loaded, if it is known; `undefined` if it is not a web request or is the extension's own. Never throws: a
 * malformed field counts as missing.
 */
export function readHarEntry(entry: unknown, page = ''): LoggedRequest | undefined {
  const { request, response, startedDateTime, _resourceType } = fieldsOf(entry);
  const { url, method, headers: sent } = fieldsOf(request);
  const { status, headers, content } = fieldsOf(response);
  const address = displayString(url);
  if (address === undefined || !/^https?:/.test(address) || isExtensionRequest(address, sent)) return undefined;
  return {
    type: requestType(_resourceType, headerValues(sent, 'sec-fetch-dest')[0], fieldsOf(content).mimeType),
    url: address,
    method: displayString(method)?.slice(0, 20) ?? 'GET',
    status: typeof status === 'number' && Number.isSafeInteger(status) ? status : 0,
    startedAt: parseTime(startedDateTime),
    evaluations: readServerTiming(headerValues(headers, 'server-timing').join(', '), usedScripts(page)),
  };
}

/** The texts of the elements in a page's source that list its flags (docs/protocol.md section 4). */
function usedScripts(page: string): readonly string[] {
  const scripts = page.slice(0, MAX_PAGE_LENGTH).matchAll(/<script\b([^<>]*)>([^<]*)<\/script/gi);
  return [...scripts].flatMap(([, attributes = '', text = '']) =>
    USED_SCRIPT_ATTRIBUTES.every((attribute) => attribute.test(attributes)) ? text : [],
  );
}

const MAX_PAGE_LENGTH = 20_000_000;
const USED_SCRIPT_ATTRIBUTES: readonly RegExp[] = [
  /\sid\s*=\s*(["']?)gatekeeper-used\1(?:\s|\/|$)/,
  /\stype\s*=\s*(["']?)application\/json\1(?:\s|\/|$)/i,
];

// The extension sends its own requests from the page, for the manifest and for a grant. They are not logged.
const isExtensionRequest = (address: string, sent: unknown): boolean =>
  headerValues(sent, 'x-gatekeeper').length > 0 || parseUrl(address)?.pathname === MANIFEST_PATH;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

// Header names are case-insensitive (RFC 9110 5.1). Chromium joins headers of the same name with line breaks.
function headerValues(headers: unknown, name: string): readonly string[] {
  if (!Array.isArray(headers)) return [];
  return headers.map(fieldsOf).flatMap((header) => {
    const isMatch = typeof header.name === 'string' && header.name.toLowerCase() === name;
    return isMatch && typeof header.value === 'string' ? header.value.split('\n') : [];
  });
}

// Chromium gives the type. Firefox does not, but its request has a Sec-Fetch-Dest header (Fetch Metadata); on plain
// http, where that is missing, the media type of the response decides.
function requestType(named: unknown, destination: string | undefined, mediaType: unknown): RequestType {
  if (typeof named === 'string') return NAMED_TYPES.get(named) ?? 'other';
  if (destination !== undefined) return DESTINATIONS.get(destination) ?? 'other';
  if (typeof mediaType !== 'string') return 'other';
  if (mediaType.includes('html')) return 'document';
  return mediaType.includes('json') ? 'fetch' : 'other';
}

const NAMED_TYPES: ReadonlyMap<string, RequestType> = new Map([
  ['document', 'document'],
  ['fetch', 'fetch'],
  ['xhr', 'fetch'],
  ['eventsource', 'fetch'],
]);

const DESTINATIONS: ReadonlyMap<string, RequestType> = new Map([
  ['document', 'document'],
  ['iframe', 'document'],
  ['frame', 'document'],
  ['empty', 'fetch'],
]);

function parseTime(text: unknown): number {
  const instant = typeof text === 'string' || text instanceof Date ? new Date(text).getTime() : Number.NaN;
  return Number.isNaN(instant) ? 0 : instant;
}
