import { createHmac } from 'node:crypto';
import type { IgnoredOverride } from '../../wire/manifest.ts';
import type { CookieProblem } from '../../wire/override-cookie.ts';
import data from './vectors.json' with { type: 'json' };

// vectors.json has the rows of test/vectors that can be sent over HTTP, and whose result does not depend on the second.
// `npx tsx scripts/conformance/write-vectors.ts` writes it.

/** A repeated part of a long string; each repetition's number replaces the character `number`. */
interface Repetition {
  readonly repeat: string;
  readonly times: number;
  readonly number?: string;
}

/** A string as the vectors write it (test/vectors/README.md). */
export type VectorText = string | readonly (string | Repetition)[];

/** The string that a vector describes. */
export function expandText(text: VectorText): string {
  return typeof text === 'string' ? text : text.map(expandPart).join('');
}

function expandPart(part: string | Repetition): string {
  if (typeof part === 'string') return part;
  const { repeat, times, number } = part;
  if (number === undefined) return repeat.repeat(times);
  return Array.from({ length: times }, (_, at) => repeat.replaceAll(number, String(at + 1))).join('');
}

/** `value` with every `{ "$text": … }` inside it replaced by its string. */
export function expandTexts(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(expandTexts);
  if (Object.hasOwn(value, '$text')) return expandText((value as { readonly $text: VectorText }).$text);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expandTexts(inner)]));
}

/** A `Cookie` header and the expected result (test/vectors/README.md). */
export interface CookieRow {
  readonly title: string;
  readonly header: VectorText;
  readonly name?: string;
  readonly absent?: boolean;
  readonly problem?: CookieProblem;
  readonly applies?: Readonly<Record<string, string>>;
  readonly ignored?: readonly IgnoredOverride[];
}

type Fields = Readonly<Record<string, unknown>>;

/** How a token differs from the site's valid one (test/vectors/README.md). */
export interface TokenRecipe {
  readonly header?: Fields;
  readonly headerText?: VectorText;
  readonly claims?: Fields;
  readonly payloadText?: VectorText;
  readonly without?: readonly string[];
  readonly octets?: boolean;
  readonly secret?: string;
  readonly hash?: string;
  readonly signs?: string;
  readonly borrowed?: boolean;
  readonly token?: VectorText;
}

/** A `Cookie` header that may have a grant, and the expected result (test/vectors/README.md). */
export interface GrantRow extends TokenRecipe {
  readonly title: string;
  readonly cookie?: string;
  readonly now?: number;
  readonly signedIn?: string | number | null;
  /** The step of docs/protocol.md section 5 that refuses it; absent if it is valid. */
  readonly step?: number;
  readonly scope?: readonly string[];
  readonly expiresAt?: number;
  readonly subject?: VectorText;
}

/** What the tokens of a site are made of. */
export interface TokenSite {
  readonly header: Fields;
  readonly claims: Fields;
  /** The secrets that sign tokens, as strings. */
  readonly secrets: Readonly<Record<string, string>>;
}

interface Vectors {
  readonly cookies: Readonly<Record<string, readonly CookieRow[]>>;
  readonly grants: Readonly<Record<string, readonly GrantRow[]>>;
  readonly site: TokenSite & { readonly now: number; readonly signedIn: string };
}

const VECTORS = data as unknown as Vectors;

/** The cookie vectors by class. */
export const COOKIE_ROWS: Vectors['cookies'] = VECTORS.cookies;

/** The grant vectors by class, with their times. */
export const GRANT_ROWS: Vectors['grants'] = VECTORS.grants;

/** The user of a row that names none. */
export const SIGNED_IN: string = VECTORS.site.signedIn;

/** The row's token and its site, at `now` (seconds since 1970) instead of the row's time. */
export function tokenAt(row: GrantRow, now: number): string {
  const shift = now - (row.now ?? VECTORS.site.now);
  const text = JSON.stringify([row, VECTORS.site]);
  const [moved, site] = JSON.parse(text.replace(TIME, (time) => String(Number(time) + shift)));
  return forgeToken(moved, site);
}

// Times of the vectors have ten digits; no other number of theirs has.
const TIME = /(?<![\d.])1[78]\d{8}(?!\d)/g;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Makes the token that a recipe describes. */
export function forgeToken(recipe: TokenRecipe, site: TokenSite): string {
  const parts = segments(recipe, site);
  const signed = recipe.borrowed ? segments({}, site) : parts;
  const secret = site.secrets[recipe.secret ?? '2026-11'] ?? '';
  const hmac = createHmac(recipe.hash ?? 'sha256', secret).update(fill(recipe.signs ?? '$header.$payload', signed));
  const bytes = hmac.digest();
  const signature = bytes.toString('base64url');
  return fill(expandText(recipe.token ?? '$header.$payload.$signature'), {
    ...parts,
    signature,
    ...otherForms(bytes, signature),
    looseSignature: loose(signature),
    looseHeader: loose(parts.header),
    loosePayload: loose(parts.payload),
  });
}

function otherForms(bytes: Buffer, signature: string): Readonly<Record<string, string>> {
  return {
    hexSignature: bytes.toString('hex'),
    oldSignature: bytes.toString('base64').replace('=', ''),
    wideSignature: String.fromCharCode(0x100 + signature.charCodeAt(0)) + signature.slice(1),
    shortSignature: bytes.subarray(0, 31).toString('base64url'),
    halfSignature: bytes.subarray(0, 16).toString('base64url'),
    longSignature: Buffer.concat([bytes, bytes.subarray(0, 1)]).toString('base64url'),
    twiceSignature: Buffer.from(signature).toString('base64url'),
  };
}

// Decodes to the same bytes: one of the unused bits of the last character is set.
function loose(segment: string): string {
  return segment.slice(0, -1) + ALPHABET[ALPHABET.indexOf(segment.slice(-1)) | 1];
}

function segments(
  { header, headerText = '$json', claims, payloadText = '$json', without = [], octets }: TokenRecipe,
  site: TokenSite,
) {
  const encode = (text: VectorText, fields: Fields): string => {
    const kept = Object.entries(fields).filter(([name]) => !without.includes(name));
    const json = JSON.stringify(Object.fromEntries(kept));
    const full = fill(expandText(text), { json, members: json.slice(1, -1) });
    return Buffer.from(full, octets ? 'latin1' : 'utf8').toString('base64url');
  };
  return {
    header: encode(headerText, { ...site.header, ...(expandTexts(header) as Fields) }),
    payload: encode(payloadText, { ...site.claims, ...(expandTexts(claims) as Fields) }),
  };
}

function fill(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replace(/\$([a-z]+(?:Signature|Header|Payload)?)/g, (whole, name) => values[name] ?? whole);
}
