/**
 * Untrusted text as one line that is safe to print in a log, on a terminal and in an error message. Characters that move
 * the cursor, end the line, reorder the text or are invisible become escapes such as `\u202e`. Text longer than `limit`
 * characters is cut and ends with an ellipsis.
 */
export function sanitize(text: string, limit: number = MAX_CHARACTERS): string {
  // Cut before escaping, so that a string of many megabytes costs no more than a short one.
  const escaped = text.slice(0, limit + 1).replace(UNSAFE, escapeCharacter);
  if (escaped.length <= limit) return escaped;
  // Half an escape or half a surrogate pair before the ellipsis is removed.
  return `${escaped.slice(0, limit - 1).replace(PARTIAL_ESCAPE, '')}…`;
}

const MAX_CHARACTERS = 2_000;

// Controls (C0, DEL, C1), format characters (bidi marks, embeddings, overrides and isolates, the byte order mark), line
// and paragraph separators, and lone surrogates. The two joiners stay, because Persian and many emoji need them.
const UNSAFE = /(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const PARTIAL_ESCAPE = /(?:\\(?:u[\da-f]{0,3})?|[\uD800-\uDBFF])$/;

function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES.get(character);
  if (short !== undefined) return short;
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);
