import { createHmac } from 'node:crypto';
import { expandText, expandTexts, readClasses, readVectors, type VectorText } from './read-vectors.ts';

interface GrantSite {
  /** Seconds since 1970. */
  readonly now: number;
  readonly origins: readonly string[];
  readonly generation: number;
  readonly signedIn: string;
  readonly revoked: readonly { readonly jti: string; readonly sub: string }[];
  readonly keys: readonly { readonly kid: string; readonly secret: string }[];
  /** The secrets that sign tokens, as strings: those of `keys`, and others. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>> & { readonly exp: number; readonly sub: string };
}

/** The site of the grant vectors. */
export const GRANT_SITE: GrantSite = readVectors<GrantSite>('grant-site.json');

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

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Makes the token that a recipe describes. */
export function grantToken(recipe: TokenRecipe = {}): string {
  const parts = segments(recipe);
  const signed = recipe.borrowed ? segments({}) : parts;
  const secret = GRANT_SITE.secrets[recipe.secret ?? '2026-11'] ?? '';
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

function segments({ header, headerText = '$json', claims, payloadText = '$json', without = [], octets }: TokenRecipe) {
  const encode = (text: VectorText, fields: Fields): string => {
    const kept = Object.entries(fields).filter(([name]) => !without.includes(name));
    const json = JSON.stringify(Object.fromEntries(kept));
    const full = fill(expandText(text), { json, members: json.slice(1, -1) });
    return Buffer.from(full, octets ? 'latin1' : 'utf8').toString('base64url');
  };
  return {
    header: encode(headerText, { ...GRANT_SITE.header, ...(expandTexts(header) as Fields) }),
    payload: encode(payloadText, { ...GRANT_SITE.claims, ...(expandTexts(claims) as Fields) }),
  };
}

function fill(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replace(/\$([a-z]+(?:Signature|Header|Payload)?)/g, (whole, name) => values[name] ?? whole);
}

/** A `Cookie` header that may have a grant, and the expected result at the site of grant-site.json. */
export interface GrantVector {
  readonly id: string;
  readonly class: string;
  readonly title: string;
  readonly token: string;
  readonly cookie: string;
  /** Seconds since 1970. */
  readonly now: number;
  readonly signedIn: string | number | null;
  /** The step of docs/protocol.md section 5 that refuses it; 0 if the header has no grant; `undefined` if it is valid. */
  readonly step: number | undefined;
  /** The scope of a valid grant. */
  readonly scope: '*' | readonly string[];
  readonly expiresAt: number;
  readonly subject: string;
}

interface Row extends TokenRecipe {
  readonly title: string;
  readonly cookie?: string;
  readonly now?: number;
  readonly signedIn?: string | number | null;
  readonly step?: number;
  readonly scope?: readonly string[];
  readonly expiresAt?: number;
  readonly subject?: VectorText;
}

/** All grant vectors. */
export const GRANT_VECTORS: readonly GrantVector[] = readClasses<Row>('grants').map((row) => {
  const { cookie = '__Host-gatekeeper-grant=$token', subject = GRANT_SITE.signedIn } = row;
  const token = grantToken(row);
  return {
    id: row.id,
    class: row.class,
    title: row.title,
    token,
    cookie: cookie.replaceAll('$token', token),
    now: row.now ?? GRANT_SITE.now,
    signedIn: row.signedIn === undefined ? expandText(subject) : row.signedIn,
    step: row.step,
    scope: row.scope ?? '*',
    expiresAt: row.expiresAt ?? GRANT_SITE.claims.exp,
    subject: expandText(subject),
  };
});

/** The rows with a valid grant. */
export const GOOD_GRANTS: readonly GrantVector[] = GRANT_VECTORS.filter(({ step }) => step === undefined);

/** The rows with a grant that is refused, or without one. */
export const BAD_GRANTS: readonly GrantVector[] = GRANT_VECTORS.filter(({ step }) => step !== undefined);
