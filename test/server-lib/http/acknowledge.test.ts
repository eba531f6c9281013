import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { acknowledge } from '../../../server-lib/http/acknowledge.ts';
import { type Acknowledged, serverTimingOf } from '../../../server-lib/wire/server-timing.ts';

const SEARCH: Acknowledged = { flag: 'SEARCH', variant: 'FUZZY', source: 'override' };
const OURS = 'gk.SEARCH;desc="FUZZY override"';

const response = () => new ServerResponse(new IncomingMessage(new Socket()));
const many = (count: number, length = 20): readonly Acknowledged[] =>
  Array.from({ length: count }, (_, at) => ({ flag: `F${at}`.padEnd(length, '_'), variant: 'ON', source: 'default' }));

test.each([
  { own: undefined, whole: OURS },
  { own: 'db;dur=53', whole: `db;dur=53, ${OURS}` },
  { own: 'db;dur=53, cache;desc="a, b"', whole: `db;dur=53, cache;desc="a, b", ${OURS}` },
  { own: ['db;dur=53', 'app;dur=1'], whole: `db;dur=53, app;dur=1, ${OURS}` },
  { own: [], whole: OURS },
  { own: 7, whole: `7, ${OURS}` },
])('Server-Timing $own becomes $whole, and what was there comes back', ({ own, whole }) => {
  const res = response();
  if (own !== undefined) res.setHeader('Server-Timing', own);

  const takeBack = acknowledge(res, [SEARCH]);

  expect(res.getHeader('server-timing')).toBe(whole);
  takeBack();
  expect(res.getHeader('server-timing')).toEqual(own);
});

test('each flag has its entry, in the order in which they were asked', () => {
  expect(serverTimingOf([SEARCH, { flag: 'a.b-c', variant: '7', source: 'error' }])).toBe(
    `${OURS}, gk.a.b-c;desc="7 error"`,
  );
});

test('what fits in 2,048 octets is whole, one octet more is counted', () => {
  const [fits, exceeds] = [2_048, 2_049].map((octets) => {
    const flags = many(40); // 40 entries of 42 octets with what parts them leave room for one more
    const rest = octets - serverTimingOf(flags).length - ', gk.;desc="ON default"'.length;
    return serverTimingOf([...flags, { flag: 'Z'.repeat(rest), variant: 'ON', source: 'default' }]);
  });

  expect(fits).toHaveLength(2_048);
  expect(fits).not.toContain('more');
  expect(exceeds).toMatch(/, gk;desc="\+1 more"$/);
  expect(exceeds?.length).toBeLessThanOrEqual(2_048);
});

test.each([50, 60, 500, 10_000])('of %i flags as many are named as fit, and the rest is counted', (count) => {
  const text = serverTimingOf(many(count));

  const entries = text.split(', ');
  const named = entries.length - 1;
  expect(text.length).toBeLessThanOrEqual(2_048);
  expect(text.length).toBeGreaterThan(2_048 - 80);
  expect(entries.at(-1)).toBe(`gk;desc="+${count - named} more"`);
});

test('names as long as they may be leave room for the count alone', () => {
  const longest = Array.from({ length: 9 }, () => ({
    flag: 'F'.repeat(128),
    variant: 'V'.repeat(128),
    source: 'override' as const,
  }));

  expect(serverTimingOf(longest)).toMatch(/^(gk\.F{128};desc="V{128} override", ){7}gk;desc="\+2 more"$/);
});
