import type { IgnoredOverride } from '../../../server-lib/wire/manifest.ts';
import type { CookieProblem } from '../../../server-lib/wire/override-cookie.ts';
import { expandText, readClasses, readVectors, type VectorText } from './read-vectors.ts';

/** A `Cookie` header, one character for each byte, and the expected result with the flags of {@link COOKIE_SITE}. */
export interface HostileCookie {
  readonly id: string;
  readonly class: string;
  readonly title: string;
  /** The override cookie's configured name. */
  readonly name: string;
  readonly header: string;
  /** Whether the header has no override cookie. */
  readonly absent: boolean;
  readonly problem?: CookieProblem;
  readonly applies: Readonly<Record<string, string>>;
  /** In any order. */
  readonly ignored: readonly IgnoredOverride[];
}

interface CookieSite {
  readonly cookie: string;
  readonly flags: Readonly<
    Record<string, { readonly variants: readonly string[]; readonly default: string; readonly overridable?: boolean }>
  >;
}

/** The flags of the cookie vectors. */
export const COOKIE_SITE: CookieSite = readVectors<CookieSite>('cookie-site.json');

type Row = Partial<HostileCookie> & { readonly title: string; readonly header: VectorText };

/** The vectors with hostile and unusual `Cookie` headers. */
export const HOSTILE_COOKIES: readonly HostileCookie[] = readClasses<Row>('cookies').map((row) => ({
  name: COOKIE_SITE.cookie,
  absent: false,
  applies: {},
  ignored: [],
  ...row,
  header: expandText(row.header),
}));
