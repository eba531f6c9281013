import { readVectors } from './vectors.ts';

interface GrantSite {
  /** Seconds since 1970. */
  readonly now: number;
  readonly origins: readonly string[];
  readonly generation: number;
  readonly signedIn: string;
  readonly revoked: readonly { readonly jti: string; readonly sub: string }[];
  readonly keys: readonly { readonly kid: string; readonly secret: string }[];
  /** What tokens are signed with, as text: the secrets of `keys`, and others. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>> & { readonly exp: number; readonly sub: string };
}

/** The site that the tables of grants speak of. */
export const GRANT_SITE: GrantSite = readVectors<GrantSite>('grant-site.json');
