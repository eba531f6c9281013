import { type ForeignObject, own } from '../wire/foreign-json.ts';
import { decodeBase64url } from './base64url.ts';
import { parseJsonObject } from './json-object.ts';
import type { KeyRing } from './key-ring.ts';

/** Characters that a grant may have: what is longer is not looked at. */
export const MAX_TOKEN = 1_024;

/** The payload of a token that one of `keys` signed (docs/protocol.md section 5, steps 1 to 5). Never throws. */
export function openToken(token: string, keys: KeyRing): ForeignObject | undefined {
  if (token.length > MAX_TOKEN) return undefined;
  const segments = token.split('.');
  const [header, payload, signature] = segments.map(decodeBase64url);
  if (segments.length !== 3 || header === undefined || payload === undefined || signature === undefined) {
    return undefined;
  }
  const kid = kidOf(header);
  const signed = token.slice(0, token.lastIndexOf('.'));
  // Nothing that an unsigned payload says is even parsed.
  return kid !== undefined && keys.verifies(signed, { kid, signature }) ? parseJsonObject(payload) : undefined;
}

/** `payload`, signed: a JWS in its compact form (RFC 7515 7.1). */
export function sealToken(payload: object, keys: KeyRing): string {
  const signed = `${segment({ alg: ALG, typ: TYP, kid: keys.kid })}.${segment(payload)}`;
  return `${signed}.${keys.sign(signed).toString('base64url')}`;
}

const ALG = 'HS256';
const TYP = 'gk-grant+jwt';

// Three names and no fourth: nothing in a header can choose an algorithm, bring a key or ask for an extension.
function kidOf(octets: Uint8Array): string | undefined {
  const header = parseJsonObject(octets);
  if (header === undefined || Object.keys(header).length !== 3) return undefined;
  const kid = own(header, 'kid');
  return own(header, 'alg') === ALG && own(header, 'typ') === TYP && typeof kid === 'string' ? kid : undefined;
}

function segment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
