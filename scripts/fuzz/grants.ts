import { grantCookie, grantingSite } from '../../test/helpers/grants/granting-site.ts';
import { GOOD_GRANTS, GRANT_SITE, GRANT_VECTORS, grantToken } from '../../test/helpers/protocol/grant-vectors.ts';
import { refusingStep } from '../../test/helpers/protocol/reference-grant.ts';
import { randomJson } from './json-text.ts';
import { BYTES, mutate } from './mutate.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';

/** `Cookie` headers that may contain a grant. It must be valid exactly if it passes the list of docs/protocol.md section 5. */
export const grants: Target = { generate, problem };

const NAME = '__Host-gatekeeper-grant';
const ANN = { now: GRANT_SITE.now, signedIn: GRANT_SITE.signedIn };
const { grants: site, log } = grantingSite();

const GOOD = GOOD_GRANTS.filter(({ now, signedIn }) => now === ANN.now && signedIn === ANN.signedIn);
const ROWS = GRANT_VECTORS.map(({ cookie }) => cookie).filter((cookie) => cookie.length < 2_000);
const SCRAPS = [...BYTES, '.', '..', '=', ';', NAME, ...GOOD.flatMap(({ token }) => token.split('.'))];

function generate(random: Random): string {
  switch (random.below(6)) {
    case 0:
      return mutate(random, random.pick(ROWS), { others: ROWS, scraps: SCRAPS });
    case 1:
      return grantCookie(spliced(random));
    case 2:
      return grantCookie(grantToken({ header: someFields(random, HEADER), claims: uniqueClaim(random) }));
    case 3:
      return grantCookie(grantToken({ claims: { ...someFields(random, CLAIMS), ...uniqueClaim(random) } }));
    default:
      return mutate(random, random.pick(GOOD).cookie, { others: ROWS, scraps: SCRAPS });
  }
}

// A claim that is never read, so that no two tokens are the same.
const uniqueClaim = (random: Random) => ({ nonce: random.next() });

// Segments of different valid tokens.
function spliced(random: Random): string {
  return [0, 1, 2].map((part) => random.pick(GOOD).token.split('.')[part]).join('.');
}

type Fields = Readonly<Record<string, readonly unknown[]>>;

function someFields(random: Random, fields: Fields): Readonly<Record<string, unknown>> {
  const kept = Object.entries(fields).filter(() => random.once(3));
  const value = (values: readonly unknown[]) =>
    random.once(12) ? JSON.parse(randomJson(random, 1)) : random.pick(values);
  return Object.fromEntries(kept.map(([name, values]) => [name, value(values)]));
}

const { now, origins, revoked } = GRANT_SITE;
const HEADER = {
  alg: ['HS256', 'HS256', 'none', 'hs256'],
  typ: ['gk-grant+jwt', 'gk-grant+jwt', 'JWT'],
  kid: ['2026-11', '2026-11', '2026-05', 'gone', ''],
};
const around = (second: number): readonly number[] => [-2, -1, 0, 1, 2].map((step) => second + step);
const CLAIMS = {
  iss: ['gatekeeper', 'gatekeeper', 'Gatekeeper'],
  aud: [...origins, origins, ['x', origins[1]], ['x'], []],
  sub: ['u_42', 'u_42', 'u_7', 'u'.repeat(129), 42],
  iat: [...around(now - 100), ...around(now + 60), ...around(now - 86_400)],
  exp: [...around(now + 100), ...around(now - 60), ...around(now + 86_300)],
  nbf: [...around(now), ...around(now + 60)],
  jti: ['a'.repeat(16), 'a'.repeat(15), 'a'.repeat(64), 'a'.repeat(65), 'a b'.repeat(8), revoked[0]?.jti],
  gen: [2, 3, 4, '3', 3.5],
  scp: [['*'], ['FLAG_A', 'b'], ['*', 'FLAG_A'], [], ['-'], Array(64).fill('F'), Array(65).fill('F')],
};

function problem(header: string): string | undefined {
  const token = tokenIn(header);
  const shouldCount = token !== undefined && refusingStep(token, ANN) === undefined;
  const counts = site.verify(header, ANN) !== undefined;
  if (counts !== shouldCount) return counts ? 'accepts a forged grant' : 'rejects a valid grant';
  if (counts && site.verify(header, ANN) === undefined) return 'rejects a grant that it accepted before';
  return log.errors.length === 0 ? undefined : `is reported as an error: ${log.errors[0]?.message}`;
}

// A direct implementation of docs/protocol.md section 1, step 1.
function tokenIn(header: string): string | undefined {
  const pairs = header.split(';').map((pair) => /^[ \t]*([^=]*?)[ \t]*=[ \t]*(.*?)[ \t]*$/s.exec(pair));
  return pairs.find((pair) => pair?.[1] === NAME)?.[2];
}
