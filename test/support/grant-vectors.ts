import { GRANT_SITE } from './grant-site.ts';
import { grantToken, type TokenRecipe } from './grant-token.ts';
import { readClasses, type VectorText, written } from './vectors.ts';

/** A `Cookie` header that may hold a grant, and what must become of it at the site of grant-site.json. */
export interface GrantVector {
  readonly id: string;
  readonly class: string;
  readonly title: string;
  readonly token: string;
  readonly cookie: string;
  /** Seconds since 1970. */
  readonly now: number;
  readonly signedIn: string | number | null;
  /** The step of docs/protocol.md section 5 that refuses it; 0 if the header holds no grant; `undefined` if it counts. */
  readonly step: number | undefined;
  /** What a grant that counts says. */
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

/** The table of grants, good and bad. */
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
    signedIn: row.signedIn === undefined ? written(subject) : row.signedIn,
    step: row.step,
    scope: row.scope ?? '*',
    expiresAt: row.expiresAt ?? GRANT_SITE.claims.exp,
    subject: written(subject),
  };
});

/** The rows that count. */
export const GOOD_GRANTS: readonly GrantVector[] = GRANT_VECTORS.filter(({ step }) => step === undefined);

/** The rows that are refused. */
export const BAD_GRANTS: readonly GrantVector[] = GRANT_VECTORS.filter(({ step }) => step !== undefined);
