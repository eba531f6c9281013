import { SOURCES, type Source } from './manifest.ts';
import { isName } from './names.ts';

/** A flag as a response acknowledges it. */
export interface EvaluatedFlag {
  readonly flag: string;
  readonly variant: string;
  readonly source: Source;
}

/** The bytes of `Server-Timing` that are ours at most. */
export const MAX_TIMING_BYTES = 2_048;

/**
 * The `Server-Timing` entries for the flags that a response was rendered with, in at most `maxBytes`; the flags that do
 * not fit are counted. `''` where not even the count fits.
 * Names and variants are tokens of RFC 9110 5.6.2, so nothing needs to be escaped.
 */
export function formatServerTiming(flags: readonly EvaluatedFlag[], maxBytes: number = MAX_TIMING_BYTES): string {
  let text = '';
  for (const flag of flags) text = appendEntry(text, formatEntry(flag));
  return text.length <= maxBytes ? text : truncatedServerTiming(flags, maxBytes);
}

// The longest beginning that leaves room for the count of the others.
function truncatedServerTiming(flags: readonly EvaluatedFlag[], maxBytes: number): string {
  let text = '';
  let longest = '';
  for (const [at, flag] of flags.entries()) {
    const counted = appendEntry(text, `gk;desc="+${flags.length - at} more"`);
    if (counted.length <= maxBytes) longest = counted;
    text = appendEntry(text, formatEntry(flag));
    if (text.length > maxBytes) break;
  }
  return longest;
}

function formatEntry({ flag, variant, source }: EvaluatedFlag): string {
  return `gk.${flag};desc="${variant} ${source}"`;
}

function appendEntry(text: string, entry: string): string {
  return text === '' ? entry : `${text}, ${entry}`;
}

/** Reads the flags that a response was rendered with from the text of its `Server-Timing` header. Never throws. */
export function readServerTiming(header: string | null | undefined): ServerTimingFlags {
  return readTimingMetrics(parseTimingMetrics(typeof header === 'string' ? header : '')); // null: a response without the header
}

/**
 * The metrics of a `Server-Timing` header, each with its first `desc`. A parameter's value is a token or a quoted
 * string (Server-Timing, section 3.1; RFC 9110 5.6); a quote that is never closed takes the rest of the header with it.
 */
export function parseTimingMetrics(header: string): readonly TimingMetric[] {
  // What no server sends: Node takes 16 KiB of headers in all.
  return splitOutsideQuotes(header.slice(0, MAX_HEADER_LENGTH), ',').flatMap((metric) => {
    const [name = '', ...parameters] = splitOutsideQuotes(metric, ';');
    const description = parameters.map(descriptionOf).find((one) => one !== undefined);
    return name === '' ? [] : { name, description: description ?? '' };
  });
}

const MAX_HEADER_LENGTH = 16_384;

function descriptionOf(parameter: string): string | undefined {
  const equals = parameter.indexOf('=');
  if (equals === -1 || parameter.slice(0, equals).trim().toLowerCase() !== 'desc') return undefined;
  return unquote(parameter.slice(equals + 1).trim());
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value;
  let text = '';
  for (let at = 1; at < value.length && value[at] !== '"'; at++) {
    if (value[at] === '\\') at++;
    text += value[at] ?? '';
  }
  return text;
}

/** The parts of a text between separators that stand in no quotes. */
function splitOutsideQuotes(text: string, separator: string): readonly string[] {
  const found: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') isQuoted = !isQuoted;
    else if (isQuoted && text[at] === '\\') at++;
    else if (!isQuoted && text[at] === separator) {
      found.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...found, text.slice(start).trim()];
}

/** One metric of a `Server-Timing` header, as `PerformanceServerTiming` has it. */
export interface TimingMetric {
  readonly name: string;
  readonly description: string;
}

/** The flags that a response was rendered with, as it says itself. */
export interface ServerTimingFlags {
  readonly flags: readonly EvaluatedFlag[];
  /** How many more it evaluated than fit into its header. */
  readonly more: number;
}

/** What no header of 2,048 octets can pass: a site may say more than the library does. */
const MAX_FLAGS = 500;

/** Reads the metrics that are ours; the first of two for one flag counts, and whatever else there is is passed over. */
export function readTimingMetrics(metrics: readonly TimingMetric[]): ServerTimingFlags {
  const flags = new Map<string, EvaluatedFlag>();
  let more = 0;
  for (const { name, description } of metrics) {
    if (name === 'gk') more = Number(/^\+(\d{1,6}) more$/.exec(description)?.[1] ?? more);
    const flag = name.startsWith('gk.') ? parseEntry(name.slice('gk.'.length), description) : undefined;
    if (flag !== undefined && !flags.has(flag.flag) && flags.size < MAX_FLAGS) flags.set(flag.flag, flag);
  }
  return { flags: [...flags.values()], more };
}

function parseEntry(flag: string, description: string): EvaluatedFlag | undefined {
  const [variant, sourceName, ...rest] = description.split(' ', 3);
  const source = SOURCES.find((one) => one === sourceName);
  return isName(flag) && isName(variant) && source !== undefined && rest.length === 0
    ? { flag, variant, source }
    : undefined;
}
