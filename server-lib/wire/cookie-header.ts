/**
 * The raw value of the first cookie called `name` in a `Cookie` header, or `undefined`.
 *
 * Splits on ";" and trims SP and HTAB only: browsers accept a name of U+00A0 and "__Host-", and `String.prototype.trim`
 * would make this forgery look like the real cookie. Does not call `split`: with it, a gate with overrides and five evaluations
 * takes 40 % longer (Node 20).
 */
export function findCookie(header: string | null | undefined, name: string): string | undefined {
  if (header === undefined || header === null) return undefined; // a request without cookies
  for (let at = header.indexOf(name); at !== -1; at = header.indexOf(name, at + 1)) {
    const start = skipBack(header, at);
    if (start !== 0 && header.charCodeAt(start - 1) !== SEMICOLON) continue;
    const equals = skipBlanks(header, at + name.length);
    if (header.charCodeAt(equals) !== EQUALS) continue;
    const semicolon = header.indexOf(';', equals);
    const first = skipBlanks(header, equals + 1);
    return header.slice(first, Math.max(first, skipBack(header, semicolon === -1 ? header.length : semicolon)));
  }
  return undefined;
}

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at++;
  return at;
}

function skipBack(text: string, from: number): number {
  let at = from;
  while (at > 0 && isBlank(text.charCodeAt(at - 1))) at--;
  return at;
}
