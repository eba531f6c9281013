import { SOURCES, type Source } from './manifest.ts';
import { isName } from './names.ts';
import { isJsonObject, parseJson } from './untrusted-json.ts';

/** A flag that a response lists as evaluated. */
export interface EvaluatedFlag {
  readonly flag: string;
  readonly variant: string;
  readonly source: Source;
  /** Whether the evaluation has read the simulated context. */
  readonly simulated?: true;
}

/** One metric of a `Server-Timing` header, like `PerformanceServerTiming`. */
export interface TimingMetric {
  readonly name: string;
  readonly description: string;
}

/** The flags that a response used, according to its header. */
export interface ServerTimingFlags {
  readonly flags: readonly EvaluatedFlag[];
  /** How many more flags the response evaluated than fit into its header. */
  readonly more: number;
}

/** More than fit into the library's own 2,048 bytes; another server may send more. */
const MAX_FLAGS = 500;

/**
 * Reads the flags from metrics, then from the texts of the elements in which the page lists its flags. Ignores other
 * metrics, and all but the first entry of a flag. `more` counts the flags that neither lists. Never throws.
 */
export function readTimingMetrics(
  metrics: readonly TimingMetric[],
  usedScripts: readonly string[] = [],
): ServerTimingFlags {
  const flags = new Map<string, EvaluatedFlag>();
  const add = (flag: string, description: unknown): void => {
    const evaluated = parseEntry(flag, description);
    if (evaluated !== undefined && !flags.has(flag)) flags.set(flag, evaluated);
  };
  let more = 0;
  for (const { name, description } of metrics) {
    if (name === 'gk') more = Number(/^\+(\d{1,6}) more$/.exec(description)?.[1] ?? more);
    if (name.startsWith('gk.') && flags.size < MAX_FLAGS) add(name.slice('gk.'.length), description);
  }
  const total = flags.size + more;
  for (const text of usedScripts) {
    const entries = parseJson(text.slice(0, MAX_SCRIPT_BYTES)); // a longer text is cut, so it is not JSON
    if (isJsonObject(entries)) for (const entry of Object.entries(entries)) add(...entry);
  }
  return { flags: [...flags.values()], more: Math.max(0, total - flags.size) };
}

function parseEntry(flag: string, description: unknown): EvaluatedFlag | undefined {
  if (typeof description !== 'string') return undefined;
  const [variant, sourceName, mark, ...rest] = description.split(' ', 4);
  const source = SOURCES.find((one) => one === sourceName);
  if (!isName(flag) || !isName(variant) || source === undefined || rest.length > 0) return undefined;
  if (mark === undefined) return { flag, variant, source };
  return mark === SIMULATED ? { flag, variant, source, simulated: true } : undefined;
}

const SIMULATED = 'simulated';

/** What a response says of one flag: the variant, the source, and `simulated` if the evaluation has read a simulated context. */
export function describeUse({ variant, source, simulated }: EvaluatedFlag): string {
  return simulated ? `${variant} ${source} ${SIMULATED}` : `${variant} ${source}`;
}

// The bytes of the element, and the characters that a client reads of its text.
const MAX_SCRIPT_BYTES = 65_536;

const START = '<script type="application/json" id="gatekeeper-used">';
const END = '</script>';

/**
 * The element that lists the flags that a page used, in at most 64 KiB; the flags that do not fit are left out. `''`
 * without flags.
 */
export function formatUsedScript(flags: readonly EvaluatedFlag[]): string {
  let room = MAX_SCRIPT_BYTES - START.length - END.length - '{}'.length;
  const entries: string[] = [];
  for (const flag of flags) {
    const entry = `${jsonString(flag.flag)}:${jsonString(describeUse(flag))}`;
    room -= entry.length + (entries.length === 0 ? 0 : ','.length);
    if (room < 0) break;
    entries.push(entry);
  }
  return entries.length === 0 ? '' : `${START}{${entries.join(',')}}${END}`;
}

// HTML 4.12.1.3: "<!--" and "</script" change how the rest of the page is parsed. "&" has a meaning in XHTML only, and
// U+2028 and U+2029 in old scripts only. Other characters outside ASCII are escaped too, so that each is one byte.
const ESCAPED = /[<>&\u007f-\uffff]/g;

function jsonString(text: string): string {
  return JSON.stringify(text).replace(ESCAPED, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
