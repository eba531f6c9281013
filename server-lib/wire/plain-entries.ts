/**
 * The entries of a cookie value that is written as `encodeOverrides` writes it and names nothing but plain names, or
 * `undefined` for any other value: what a browser sends with every request is read without decoding and parsing it.
 * The same as `overrideEntries` where it answers, which test/server-lib/wire/plain-entries.properties.test.ts holds.
 */
export function plainEntries(value: string): readonly (readonly [string, string])[] | undefined {
  if (!value.startsWith(OPEN) || NOT_PLAIN.test(value)) return undefined;
  const entries: (readonly [string, string])[] = [];
  for (let at = OPEN.length; ; ) {
    const colon = value.indexOf('%', at);
    if (!value.startsWith(COLON, colon)) return undefined;
    const name = value.slice(at, colon);
    const start = colon + COLON.length;
    const end = value.indexOf('%', start);
    if (isNumber(name) || isNamed(entries, name)) return undefined;
    entries.push([name, value.slice(start, end)]);
    if (value.startsWith(COMMA, end)) at = end + COMMA.length;
    else return value.startsWith(CLOSE, end) && value.length === end + CLOSE.length ? entries : undefined;
  }
}

// encodeURIComponent's spelling of {" ":" "," and "}
const OPEN = '%7B%22';
const COLON = '%22%3A%22';
const COMMA = '%22%2C%22';
const CLOSE = '%22%7D';

const NOT_PLAIN = /[^\w.%-]/;

// An object would put the flag "7" before the flag "10".
const isNumber = (name: string): boolean => name.charCodeAt(0) <= NINE;
const NINE = 0x39;

// Of two entries for one name JSON keeps the last. Names are written in order, so that looking back is rare.
function isNamed(entries: readonly (readonly [string, string])[], name: string): boolean {
  const last = entries.at(-1);
  if (last === undefined || last[0] < name) return false;
  return entries.length > MOST_UNSORTED || entries.some(([earlier]) => earlier === name);
}

const MOST_UNSORTED = 16;
