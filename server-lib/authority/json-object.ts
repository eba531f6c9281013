import { type ForeignObject, isForeignObject } from '../wire/foreign-json.ts';

/** The JSON object that `octets` are: strictly UTF-8, without byte order mark, no name twice. Never throws. */
export function parseJsonObject(octets: Uint8Array): ForeignObject | undefined {
  try {
    const text = strictUtf8.decode(octets);
    const value: unknown = JSON.parse(text);
    // RFC 7515 4 and RFC 7519 4: names are unique, or two readers may read two things. Parsing loses a name's double.
    return isForeignObject(value) && members(text) === members(JSON.stringify(value)) ? value : undefined;
  } catch {
    return undefined;
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How many members the objects in a valid JSON text have, inner ones included: its colons outside strings. */
function members(json: string): number {
  let count = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '\\') at += 1;
    else if (character === '"') isInString = !isInString;
    else if (character === ':' && !isInString) count += 1;
  }
  return count;
}
