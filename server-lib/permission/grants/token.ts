import { isName } from '../../wire/names.ts';
import { isJsonObject, type JsonObject, ownField } from '../../wire/untrusted-json.ts';
import { decodeBase64url, type KeyRing } from './key-ring.ts';

/** The maximum length of a grant in characters. A longer token is not parsed. */
export const MAX_TOKEN_LENGTH = 1_024;

/** The payload of a token if one of `keys` signed it (docs/protocol.md section 5, steps 1 to 5). Never throws. */
export function verifyToken(token: string, keys: KeyRing): JsonObject | undefined {
  if (token.length > MAX_TOKEN_LENGTH) return undefined;
  const segments = token.split('.');
  const [header, payload, signature] = segments.map(decodeBase64url);
  if (segments.length !== 3 || header === undefined || payload === undefined || signature === undefined) {
    return undefined;
  }
  const kid = readKid(header);
  const signed = token.slice(0, token.lastIndexOf('.'));
  // The payload is parsed only after its signature was verified.
  return kid !== undefined && keys.verify(signed, { kid, signature }) ? parseStrictJsonObject(payload) : undefined;
}

/** Signs `payload` as a compact JWS (RFC 7515 7.1). */
export function signToken(payload: object, keys: KeyRing): string {
  const signed = `${encodeSegment({ alg: ALG, typ: TYP, kid: keys.kid })}.${encodeSegment(payload)}`;
  return `${signed}.${keys.sign(signed).toString('base64url')}`;
}

const ALG = 'HS256';
const TYP = 'gk-grant+jwt';

// Exactly three fields, so that a header cannot choose an algorithm, contain a key or require an extension.
function readKid(bytes: Uint8Array): string | undefined {
  const header = parseStrictJsonObject(bytes);
  if (header === undefined || Object.keys(header).length !== 3) return undefined;
  const kid = ownField(header, 'kid');
  return ownField(header, 'alg') === ALG && ownField(header, 'typ') === TYP && typeof kid === 'string'
    ? kid
    : undefined;
}

function encodeSegment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Parses a JSON object: strict UTF-8, no byte order mark, no duplicate names. Never throws. */
function parseStrictJsonObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const text = strictUtf8.decode(bytes);
    const value: unknown = JSON.parse(text);
    // RFC 7515 4 and RFC 7519 4: names are unique, otherwise two parsers may read two values. JSON.parse drops duplicates.
    return isJsonObject(value) && countMembers(text) === countMembers(JSON.stringify(value)) ? value : undefined;
  } catch {
    return undefined;
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The number of members of all objects in valid JSON, at any depth: its colons outside strings. */
function countMembers(json: string): number {
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

/** The flags that a grant covers: all of them, or those named. */
export type GrantScope = '*' | ReadonlySet<string>;

/** The claims of a signed grant, each of the right type. {@link isWithinValidity} checks its times. */
export interface GrantClaims {
  readonly sub: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly nbf: number | undefined;
  readonly gen: number;
  readonly scope: GrantScope;
}

export const ISSUER = 'gatekeeper';

/** The maximum lifetime of a grant in seconds. */
export const MAX_GRANT_AGE = 86_400;

/** The claims of `payload`, if it is for one of `origins`. Other claims are ignored (RFC 7519 4). Never throws. */
export function readClaims(payload: JsonObject, origins: ReadonlySet<unknown>): GrantClaims | undefined {
  const [iss, aud, sub, jti] = ['iss', 'aud', 'sub', 'jti'].map((name) => ownField(payload, name));
  const [iat, exp, nbf, gen] = ['iat', 'exp', 'nbf', 'gen'].map((name) => ownField(payload, name));
  if (iss !== ISSUER || !(Array.isArray(aud) ? aud : [aud]).some((one) => origins.has(one))) return undefined;
  if (!isSafeInteger(iat) || !isSafeInteger(exp) || !(nbf === undefined || isSafeInteger(nbf))) return undefined;
  if (exp <= iat || exp - iat > MAX_GRANT_AGE) return undefined;
  if (typeof jti !== 'string' || !JTI.test(jti) || !isSubject(sub) || !isSafeInteger(gen)) return undefined;
  const scope = readScope(ownField(payload, 'scp'));
  return scope && { sub, jti, iat, exp, nbf, gen, scope };
}

/** Whether a grant is valid at `now` in seconds, with a tolerance for the clocks of different servers. */
export function isWithinValidity({ iat, exp, nbf = iat }: GrantClaims, now: number): boolean {
  return iat <= now + CLOCK_TOLERANCE && nbf <= now + CLOCK_TOLERANCE && now - CLOCK_TOLERANCE < exp;
}

/** Whether `value` is a valid subject of a grant. */
export function isSubject(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && [...value].length <= 128;
}

/** The scope of a list: `['*']`, or at most 64 flag names. */
export function readScope(list: unknown): GrantScope | undefined {
  if (!Array.isArray(list) || list.length > 64) return undefined;
  if (list.length === 1 && list[0] === '*') return '*';
  const names = new Set<unknown>(list); // `every` would skip the holes of an array
  return [...names].every(isName) ? (names as Set<string>) : undefined;
}

const CLOCK_TOLERANCE = 60;
const JTI = /^[\w.~-]{16,64}$/; // RFC 3986 2.3: unreserved characters, safe in a URL, a key and a log

function isSafeInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
