import { createHmac } from 'node:crypto';
import { GRANT_SITE } from './grant-site.ts';
import { type VectorText, written, writtenOut } from './vectors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** How a token differs from the site's good one (test/vectors/README.md). */
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
  const octets = hmac.digest();
  const signature = octets.toString('base64url');
  return fill(written(recipe.token ?? '$header.$payload.$signature'), {
    ...parts,
    signature,
    ...rewritten(octets, signature),
    looseSignature: loose(signature),
    looseHeader: loose(parts.header),
    loosePayload: loose(parts.payload),
  });
}

function rewritten(octets: Buffer, signature: string): Readonly<Record<string, string>> {
  return {
    hexSignature: octets.toString('hex'),
    oldSignature: octets.toString('base64').replace('=', ''),
    wideSignature: String.fromCharCode(0x100 + signature.charCodeAt(0)) + signature.slice(1),
    shortSignature: octets.subarray(0, 31).toString('base64url'),
    halfSignature: octets.subarray(0, 16).toString('base64url'),
    longSignature: Buffer.concat([octets, octets.subarray(0, 1)]).toString('base64url'),
    twiceSignature: Buffer.from(signature).toString('base64url'),
  };
}

// The same octets, with one of the bits set that the last character does not need.
function loose(segment: string): string {
  return segment.slice(0, -1) + ALPHABET[ALPHABET.indexOf(segment.slice(-1)) | 1];
}

function segments({ header, headerText = '$json', claims, payloadText = '$json', without = [], octets }: TokenRecipe) {
  const encode = (text: VectorText, fields: Fields): string => {
    const kept = Object.entries(fields).filter(([name]) => !without.includes(name));
    const json = JSON.stringify(Object.fromEntries(kept));
    const full = fill(written(text), { json, members: json.slice(1, -1) });
    return Buffer.from(full, octets ? 'latin1' : 'utf8').toString('base64url');
  };
  return {
    header: encode(headerText, { ...GRANT_SITE.header, ...(writtenOut(header) as Fields) }),
    payload: encode(payloadText, { ...GRANT_SITE.claims, ...(writtenOut(claims) as Fields) }),
  };
}

function fill(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replace(/\$([a-z]+(?:Signature|Header|Payload)?)/g, (whole, name) => values[name] ?? whole);
}
