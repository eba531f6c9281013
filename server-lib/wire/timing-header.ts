import { type Evaluations, evaluationsOf, type TimingMetric } from './read-server-timing.ts';

/** Reads the flags that a response was rendered with from the text of its `Server-Timing` header. Never throws. */
export function readServerTiming(header: string | null | undefined): Evaluations {
  return evaluationsOf(timingMetrics(typeof header === 'string' ? header : '')); // null: a response without the header
}

/**
 * The metrics of a `Server-Timing` header, each with its first `desc`. A parameter's value is a token or a quoted
 * string (Server-Timing, section 3.1; RFC 9110 5.6); a quote that is never closed takes the rest of the header with it.
 */
export function timingMetrics(header: string): readonly TimingMetric[] {
  // What no server sends: Node takes 16 KiB of headers in all.
  return parts(header.slice(0, MOST_CHARACTERS), ',').flatMap((metric) => {
    const [name = '', ...parameters] = parts(metric, ';');
    const description = parameters.map(described).find((one) => one !== undefined);
    return name === '' ? [] : { name, description: description ?? '' };
  });
}

const MOST_CHARACTERS = 16_384;

function described(parameter: string): string | undefined {
  const equals = parameter.indexOf('=');
  if (equals === -1 || parameter.slice(0, equals).trim().toLowerCase() !== 'desc') return undefined;
  return unquoted(parameter.slice(equals + 1).trim());
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  let text = '';
  for (let at = 1; at < value.length && value[at] !== '"'; at++) {
    if (value[at] === '\\') at++;
    text += value[at] ?? '';
  }
  return text;
}

/** The parts of a text between separators that stand in no quotes. */
function parts(text: string, separator: string): readonly string[] {
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
