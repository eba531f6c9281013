/** flagd's `starts_with` on evaluated arguments; `null` unless they are two texts. */
export function startsWith(args: unknown): boolean | null {
  return areTwoTexts(args) ? args[0].startsWith(args[1]) : null;
}

/** flagd's `ends_with` on evaluated arguments; `null` unless they are two texts. */
export function endsWith(args: unknown): boolean | null {
  return areTwoTexts(args) ? args[0].endsWith(args[1]) : null;
}

function areTwoTexts(args: unknown): args is readonly [string, string] {
  return Array.isArray(args) && args.length === 2 && typeof args[0] === 'string' && typeof args[1] === 'string';
}
