import { randomBytes } from 'node:crypto';
import { KeyRing } from '../../server-lib/permission/grants/key-ring.ts';
import { verifyToken } from '../../server-lib/permission/grants/token.ts';
// @ts-expect-error plain JavaScript without types
import { median } from '../lib/median.mjs';

// `npm run timing`: measures whether the time to reject a forged grant reveals which keys a site has. It is a measurement and
// not a test: an attacker would learn the name of a key, and nothing about the key.

const ROUNDS = 20_000;
const CALLS_PER_SAMPLE = 20; // more than the resolution of the clock
const MAX_DIFFERENCE = 0.05;

const keys = new KeyRing(['2026-11', '2026-05'].map((kid) => ({ kid, secret: randomBytes(32) })));
const samples = new Map(
  ['2026-11', '2026-05', '2026-99'].map((kid) => [forged(kid), { kid, nanoseconds: [] as number[] }]),
);

let accepted = 0;
for (let round = 0; round < ROUNDS; round++) {
  // In turns, so that other work of the machine affects all of them.
  for (const [token, { nanoseconds }] of samples) {
    const start = process.hrtime.bigint();
    for (let at = 0; at < CALLS_PER_SAMPLE; at++) if (verifyToken(token, keys) !== undefined) accepted += 1;
    nanoseconds.push(Number(process.hrtime.bigint() - start) / CALLS_PER_SAMPLE);
  }
}

const medians = [...samples.values()].map(({ kid, nanoseconds }) => ({ kid, median: median(nanoseconds) }));
for (const { kid, median } of medians) console.log(`timing: ${kid}: ${(median / 1_000).toFixed(3)} µs`);
const all = medians.map(({ median }) => median);
const difference = Math.max(...all) / Math.min(...all) - 1;
console.log(
  `timing: the medians differ by ${(difference * 100).toFixed(2)} % (at most ${MAX_DIFFERENCE * 100} %); ${accepted} forged grants accepted`,
);
process.exitCode = difference <= MAX_DIFFERENCE && accepted === 0 ? 0 : 1;

/** A token with a `kid` but without a valid signature. */
function forged(kid: string): string {
  const segment = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = segment({ alg: 'HS256', typ: 'gk-grant+jwt', kid });
  const claims = {
    iss: 'gatekeeper',
    aud: 'https://app.example.com',
    sub: 'u_42',
    jti: 'q0Xc4Yx2T8mJ5v7bN1wZ3A',
    scp: ['*'],
  };
  return `${header}.${segment(claims)}.${randomBytes(32).toString('base64url')}`;
}
