import type { Evaluations } from '../../server-lib/wire.ts';

/** What a page wanted of a request: itself (or a frame), an answer for its script, or a part of itself. */
export type RequestType = 'document' | 'fetch' | 'other';

/** A request of the page, and the flags that its response says it evaluated. */
export interface PageRequestRecord {
  readonly type: RequestType;
  readonly url: string;
  readonly method: string;
  readonly status: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly evaluations: Evaluations;
}

/** A line of the log: a request, or where the tab went to another page. */
export type LogEntry =
  | ({ readonly kind: 'request'; readonly id: number } & PageRequestRecord)
  | { readonly kind: 'navigation'; readonly id: number; readonly url: string };

/** The requests of a tab since its developer tools were opened, the newest last. */
export interface RequestLog {
  readonly entries: readonly LogEntry[];
  /** How many entries have come; an entry's `id` is its number. */
  readonly count: number;
}

export const EMPTY_LOG: RequestLog = { entries: [], count: 0 };

/** What is kept: a page that polls must not fill the memory of whoever leaves the panel open over night. */
export const MOST_ENTRIES = 1_000;

/** Adds a request where it began: browsers tell of it when it has ended, and a document ends after its first images. */
export function logged(log: RequestLog, request: PageRequestRecord): RequestLog {
  const { entries, count } = log;
  let at = entries.length;
  for (; at > 0; at--) {
    const before = entries[at - 1];
    if (before?.kind !== 'request' || before.startedAt <= request.startedAt) break;
  }
  const entry: LogEntry = { kind: 'request', id: count + 1, ...request };
  return kept([...entries.slice(0, at), entry, ...entries.slice(at)], count + 1);
}

/**
 * Draws a line: from here on the requests are another page's. Chromium tells of a navigation before the document has
 * ended, Firefox after it: there the navigation is `late`, and the line stands above the document that it is about.
 */
export function navigated(log: RequestLog, url: string, isLate = false): RequestLog {
  const { entries, count } = log;
  const at = (isLate ? arrivalIn(entries, url) : undefined) ?? entries.length;
  return kept([...entries.slice(0, at), { kind: 'navigation', id: count + 1, url }, ...entries.slice(at)], count + 1);
}

/** Where the page at `url` begins, unless its document is yet to come: below a line, the first is that line's own. */
function arrivalIn(entries: readonly LogEntry[], url: string): number | undefined {
  const line = entries.findLastIndex(({ kind }) => kind === 'navigation');
  const above = entries[line];
  const documents = entries.flatMap((entry, at) => (at > line && isDocumentOf(entry, url) ? at : []));
  const isOfLine = above?.kind === 'navigation' && withoutFragment(above.url) === withoutFragment(url);
  return documents.slice(isOfLine ? 1 : 0).at(-1);
}

const isDocumentOf = (entry: LogEntry, url: string): boolean =>
  entry.kind === 'request' && entry.type === 'document' && entry.url === withoutFragment(url);

const withoutFragment = (url: string): string => url.replace(/#.*/s, '');

/** Forgets every request; the numbers go on, so that no entry is taken for an earlier one. */
export function cleared({ count }: RequestLog): RequestLog {
  return { entries: [], count };
}

function kept(entries: readonly LogEntry[], count: number): RequestLog {
  return { entries: entries.slice(-MOST_ENTRIES), count };
}
