import { MANIFEST_PATH, readServerTiming, shownText } from '../../server-lib/wire.ts';
import type { PageRequestRecord, RequestType } from './request-log.ts';

/**
 * A request as a browser's developer tools tell of it (HAR 1.2, with Chromium's and Firefox's own fields), or
 * `undefined` where it is none. Never throws: what a field should be and is not counts as left out.
 */
export function readHarEntry(entry: unknown): PageRequestRecord | undefined {
  const { request, response, startedDateTime, _resourceType } = fieldsOf(entry);
  const { url, method, headers: sent } = fieldsOf(request);
  const { status, headers, content } = fieldsOf(response);
  const address = shownText(url);
  if (address === undefined || !/^https?:/.test(address) || isOurs(address, sent)) return undefined;
  return {
    type: typeOf(_resourceType, valuesOf(sent, 'sec-fetch-dest')[0], fieldsOf(content).mimeType),
    url: address,
    method: shownText(method)?.slice(0, 20) ?? 'GET',
    status: typeof status === 'number' && Number.isSafeInteger(status) ? status : 0,
    startedAt: instantOf(startedDateTime),
    evaluations: readServerTiming(valuesOf(headers, 'server-timing').join(', ')),
  };
}

// The extension's own requests would stand among the page's: for the manifest, wherever it is, and for a grant.
const isOurs = (address: string, sent: unknown): boolean =>
  valuesOf(sent, 'x-gatekeeper').length > 0 || (URL.canParse(address) && new URL(address).pathname === MANIFEST_PATH);

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

// Header names without regard to case (RFC 9110 5.1); Chromium joins several of one name by line breaks.
function valuesOf(headers: unknown, name: string): readonly string[] {
  if (!Array.isArray(headers)) return [];
  return headers.map(fieldsOf).flatMap((header) => {
    const isMeant = typeof header.name === 'string' && header.name.toLowerCase() === name;
    return isMeant && typeof header.value === 'string' ? header.value.split('\n') : [];
  });
}

// Chromium names the type. Firefox does not, but the browser has told the server (Fetch Metadata), and where it did not
// (plain http) the answer tells.
function typeOf(named: unknown, destination: string | undefined, mediaType: unknown): RequestType {
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

function instantOf(text: unknown): number {
  const instant = typeof text === 'string' || text instanceof Date ? new Date(text).getTime() : Number.NaN;
  return Number.isNaN(instant) ? 0 : instant;
}
