import {
  describeUse,
  type EvaluatedFlag,
  readTimingMetrics,
  type ServerTimingFlags,
  type TimingMetric,
} from './used-flags.ts';

/** The maximum bytes of our entries in `Server-Timing`. */
export const MAX_TIMING_BYTES = 2_048;

/**
 * The `Server-Timing` entries for the flags that a response used, in at most `maxBytes`. A last entry counts the flags
 * that do not fit; `''` if not even this entry fits. Names and variants are tokens (RFC 9110 5.6.2), so nothing is escaped.
 */
export function formatServerTiming(flags: readonly EvaluatedFlag[], maxBytes: number = MAX_TIMING_BYTES): string {
  let text = '';
  for (const flag of flags) text = appendEntry(text, formatEntry(flag));
  return text.length <= maxBytes ? text : truncatedServerTiming(flags, maxBytes);
}

// As many entries as leave room for the count of the others.
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

function formatEntry(flag: EvaluatedFlag): string {
  return `gk.${flag.flag};desc="${describeUse(flag)}"`;
}

function appendEntry(text: string, entry: string): string {
  return text === '' ? entry : `${text}, ${entry}`;
}

/**
 * Reads the flags that a response used from its `Server-Timing` header, and from the texts of the elements in its page that
 * list flags. Never throws.
 */
export function readServerTiming(
  header: string | null | undefined,
  usedScripts: readonly string[] = [],
): ServerTimingFlags {
  const metrics = typeof header === 'string' ? parseTimingMetrics(header) : []; // null: a response without the header
  return readTimingMetrics(metrics, usedScripts);
}

/**
 * The metrics of a `Server-Timing` header, each with its first `desc`. A parameter's value is a token or a quoted
 * string (Server-Timing, section 3.1; RFC 9110 5.6); an unclosed quote includes the rest of the header.
 */
export function parseTimingMetrics(header: string): readonly TimingMetric[] {
  // No server sends more: Node accepts 16 KiB of headers in all.
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

/** The parts of a string between separators outside quotes. */
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
