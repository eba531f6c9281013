import { createHmac } from 'node:crypto';
import { GRANT_SITE } from './grant-vectors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The values besides the token that decide whether a grant is valid. */
export interface GrantSituation {
  /** Seconds since 1970. */
  readonly now: number;
  readonly signedIn: string | number | null;
}

/**
 * The step of docs/protocol.md section 5 that refuses a token at the site of grant-site.json, or `undefined`. It follows
 * the list as directly as possible, without regard to speed or timing. The tests compare the library with it.
 */
export function refusingStep(token: string, { now, signedIn }: GrantSituation): number | undefined {
  if (token.length > 1_024) return 1;
  const segments = token.split('.');
  if (segments.length !== 3 || !segments.every(isCanonical)) return 2;
  const [header = '', payload = '', signature = ''] = segments;

  const { alg, typ, kid, ...others } = objectIn(header) ?? {};
  const isExact = alg === 'HS256' && typ === 'gk-grant+jwt' && typeof kid === 'string';
  if (!isExact || Object.keys(others).length > 0) return 3;

  const key = GRANT_SITE.keys.find((one) => one.kid === kid);
  const secret = Buffer.from(key?.secret ?? '', 'base64url');
  const expected = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url');
  if (key === undefined || signature !== expected) return 5;

  const claims = objectIn(payload);
  return claims === undefined ? 6 : refusingClaim(claims, { now, signedIn });
}

function refusingClaim(claims: Fields, { now, signedIn }: GrantSituation): number | undefined {
  const { iss, aud, iat, exp, nbf = iat, jti, sub, gen, scp } = claims;
  const audience: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (iss !== 'gatekeeper' || !GRANT_SITE.origins.some((origin) => audience.includes(origin))) return 6;

  if (![iat, exp, nbf].every(Number.isSafeInteger)) return 7;
  const [from, until, notBefore] = [Number(iat), Number(exp), Number(nbf)];
  if (from > now + 60 || notBefore > now + 60 || until + 60 <= now) return 7;
  if (until - from <= 0 || until - from > 86_400) return 7;

  if (typeof jti !== 'string' || !/^[A-Za-z0-9._~-]{16,64}$/.test(jti)) return 8;
  if (typeof sub !== 'string' || !/^.{1,128}$/su.test(sub)) return 8;
  if (signedIn === null || String(signedIn) !== sub) return 8;

  if (GRANT_SITE.revoked.some((one) => one.jti === jti && one.sub === sub)) return 9;
  if (!Number.isSafeInteger(gen) || (gen as number) < GRANT_SITE.generation) return 10;
  return isScope(scp) ? undefined : 11;
}

function isScope(scp: unknown): boolean {
  if (JSON.stringify(scp) === '["*"]') return true;
  const isFlag = (name: unknown) => typeof name === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(name);
  return Array.isArray(scp) && scp.length <= 64 && scp.every(isFlag);
}

function isCanonical(segment: string): boolean {
  return /^[A-Za-z0-9_-]*$/.test(segment) && Buffer.from(segment, 'base64url').toString('base64url') === segment;
}

// The JSON object in a segment; `undefined` if it is not UTF-8 or if an object in it has a name twice.
function objectIn(segment: string): Fields | undefined {
  const bytes = Buffer.from(segment, 'base64url');
  const text = bytes.toString();
  if (!Buffer.from(text).equals(bytes)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return namesIn(value) === text.replace(/"(?:\\.|[^"\\])*"/g, '').split(':').length - 1
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).reduce<number>((count, one) => count + namesIn(one), 0);
  return Array.isArray(value) ? inner : inner + Object.keys(value).length;
}
