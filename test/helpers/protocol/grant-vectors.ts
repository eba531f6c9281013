import { expandText, forgeToken, type GrantRow, type TokenRecipe } from '../../../server-lib/cli/conform/vectors.ts';
import { readClasses, readVectors } from './read-vectors.ts';

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

/** Makes the token that a recipe describes. */
export function grantToken(recipe: TokenRecipe = {}): string {
  return forgeToken(recipe, GRANT_SITE);
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

/** All grant vectors. */
export const GRANT_VECTORS: readonly GrantVector[] = readClasses<GrantRow>('grants').map((row) => {
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
