import type { LogEntry, PageRequestRecord, RequestLog } from './request-log.ts';

/** Which requests a person wants to see. */
export interface RequestFilter {
  readonly text: string;
  readonly type: TypeWanted;
  readonly flags: FlagsWanted;
}

/** The page itself and what its scripts ask for, one of the two, or also its pictures, styles and scripts. */
export const TYPES_WANTED = ['page', 'document', 'fetch', 'all'] as const;
export type TypeWanted = (typeof TYPES_WANTED)[number];

/** Every request, those that evaluated a flag, or those on which an override was in force. */
export const FLAGS_WANTED = ['any', 'evaluated', 'overridden'] as const;
export type FlagsWanted = (typeof FLAGS_WANTED)[number];

/** What everybody sees first. */
export const FIRST_FILTER: RequestFilter = { text: '', type: 'page', flags: 'any' };

/** The entries that a filter lets through; a line between pages stays where a request stands below it. */
export function filtered({ entries }: RequestLog, filter: RequestFilter): readonly LogEntry[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = entries.filter((entry) => entry.kind === 'navigation' || isWanted(entry, filter, words));
  const last = entries.at(-1); // the page that has just come is worth a line before its first request
  return wanted.filter((entry, at) => entry.kind === 'request' || entry === last || wanted[at + 1]?.kind === 'request');
}

function isWanted(request: PageRequestRecord, filter: RequestFilter, words: readonly string[]): boolean {
  const { flags, more } = request.evaluations;
  const isEvaluated = flags.length > 0 || more > 0;
  if (!isOfType(request, filter.type)) return false;
  if (filter.flags === 'evaluated' && !isEvaluated) return false;
  if (filter.flags === 'overridden' && !flags.some(({ source }) => source === 'override')) return false;
  if (words.length === 0) return true;
  const names = flags.flatMap(({ flag, variant, source }) => [flag, variant, source]);
  const text = [request.method, request.url, request.status, ...names].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

function isOfType({ type }: PageRequestRecord, wanted: TypeWanted): boolean {
  return wanted === 'all' || (wanted === 'page' ? type !== 'other' : type === wanted);
}
