import type { OutgoingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';
import { gatekeeper } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags, type FlagDefinitions, type ResponseHead } from '../../../server-lib/index.ts';
import { formatServerTiming } from '../../../server-lib/wire/server-timing.ts';
import type { EvaluatedFlag } from '../../../server-lib/wire/used-flags.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { rawResponse } from '../../helpers/http/raw-response.ts';

const SEARCH: EvaluatedFlag = { flag: 'SEARCH', variant: 'FUZZY', source: 'override' };
const OURS = 'gk.SEARCH;desc="FUZZY override"';

const many = (count: number, length = 20): readonly EvaluatedFlag[] =>
  Array.from({ length: count }, (_, at) => ({ flag: `F${at}`.padEnd(length, '_'), variant: 'ON', source: 'default' }));

/** A keeper whose flags have these evaluations in development, and the cookie for them. */
function keeperOf(flags: readonly EvaluatedFlag[]) {
  const entries = flags.map(({ flag, variant }) => [flag, { variants: [variant], default: variant }] as const);
  const overridden = flags.filter(({ source }) => source === 'override');
  return {
    keeper: createGatekeeper<FlagDefinitions>({ flags: defineFlags(Object.fromEntries(entries)) }),
    cookie: overrideCookie(Object.fromEntries(overridden.map(({ flag, variant }) => [flag, variant]))),
  };
}

/** The `Server-Timing` values that a response with these headers gets, after an evaluation of `flags`. */
function appended(flags: readonly EvaluatedFlag[], head?: ResponseHead): readonly string[] {
  const { keeper, cookie } = keeperOf(flags);
  const gate = keeper.adapter.open({ incoming: { headers: { cookie } } });
  for (const { flag } of flags) gate.ffVariant(flag);
  const { append } = keeper.adapter.responseChanges(gate, head);
  return append.flatMap(([name, value]) => (name === 'server-timing' ? [value] : []));
}

test.each([
  { own: undefined },
  { own: 'db;dur=53' },
  { own: 'db;dur=53, cache;desc="a, b"' },
  { own: ['db;dur=53', 'app;dur=1'] },
  { own: [] },
  { own: 7 },
])('a flag is added to Server-Timing $own', ({ own }) => {
  expect(appended([SEARCH], { headers: [['Server-Timing', own]] })).toEqual([OURS]);
});

test('without the headers of the response, too, a flag is added', () => {
  expect(appended([SEARCH])).toEqual([OURS]);
});

test('each flag has an entry, in the order of evaluation', () => {
  expect(formatServerTiming([SEARCH, { flag: 'a.b-c', variant: '7', source: 'error' }])).toBe(
    `${OURS}, gk.a.b-c;desc="7 error"`,
  );
});

test('entries of 2,048 bytes are all listed; with one byte more, the rest is counted', () => {
  const [fits, exceeds] = [2_048, 2_049].map((bytes) => {
    const flags = many(40); // 40 entries of 42 bytes with their separators leave room for one more
    const rest = bytes - formatServerTiming(flags).length - ', gk.;desc="ON default"'.length;
    return formatServerTiming([...flags, { flag: 'Z'.repeat(rest), variant: 'ON', source: 'default' }]);
  });

  expect(fits).toHaveLength(2_048);
  expect(fits).not.toContain('more');
  expect(exceeds).toMatch(/, gk;desc="\+1 more"$/);
  expect(exceeds?.length).toBeLessThanOrEqual(2_048);
});

test.each([50, 60, 500, 10_000])('of %i flags as many are listed as fit, and the rest is counted', (count) => {
  const text = formatServerTiming(many(count));

  const entries = text.split(', ');
  const named = entries.length - 1;
  expect(text.length).toBeLessThanOrEqual(2_048);
  expect(text.length).toBeGreaterThan(2_048 - 80);
  expect(entries.at(-1)).toBe(`gk;desc="+${count - named} more"`);
});

test('with names of the maximum length, only the count fits', () => {
  const longest = Array.from({ length: 9 }, () => ({
    flag: 'F'.repeat(128),
    variant: 'V'.repeat(128),
    source: 'override' as const,
  }));

  expect(formatServerTiming(longest)).toMatch(/^(gk\.F{128};desc="V{128} override", ){7}gk;desc="\+2 more"$/);
});

/** The headers that a server sends for these headers, and our entries in them. */
async function sent(headers: OutgoingHttpHeaders, flags: readonly EvaluatedFlag[]) {
  const { keeper, cookie } = keeperOf(flags);
  const head = await rawResponse(
    (req, res) =>
      gatekeeper(keeper)(req, res, () => {
        for (const [name, value] of Object.entries(headers)) res.setHeader(name, value ?? '');
        const { gk } = req as unknown as { readonly gk: ReturnType<typeof keeper.gateFor> };
        for (const { flag } of flags) gk.ffVariant(flag);
        res.end('page');
      }),
    'GET /',
    { Cookie: cookie },
  );
  const [lines = ''] = head.split('\r\n\r\n');
  const timing = /^server-timing: (.*)$/im.exec(lines)?.[1] ?? '';
  return {
    bytes: Buffer.byteLength(lines, 'latin1') + 4,
    entries: timing.split(', ').filter((one) => one.startsWith('gk')),
  };
}

test.each([
  { what: 'a policy of 500 bytes', headers: { 'Content-Security-Policy': 'x'.repeat(500) } },
  { what: 'a policy of 2,300 bytes', headers: { 'Content-Security-Policy': 'x'.repeat(2_300) } },
  { what: 'a policy of 3,000 bytes', headers: { 'Content-Security-Policy': 'x'.repeat(3_000) } },
  {
    what: 'twenty cookies of 120 bytes',
    headers: { 'Set-Cookie': Array.from({ length: 20 }, (_, at) => `c${at}=${'v'.repeat(115)}`) },
  },
  {
    what: 'a hundred short headers',
    headers: Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`X-${at}`, 'a'.repeat(15)])),
  },
  { what: 'a header outside ASCII', headers: { 'X-Name': 'é'.repeat(1_300) } },
  {
    what: 'entries of the application',
    headers: { 'Server-Timing': Array.from({ length: 60 }, (_, at) => `app${at};desc="${'a'.repeat(20)}"`) },
  },
])('with $what, as many flags are listed as fit into 3,500 bytes of headers', async ({ headers }) => {
  const { bytes, entries } = await sent(headers, many(60));

  expect(bytes).toBeLessThanOrEqual(3_500);
  expect(entries.at(-1)).toBe(`gk;desc="+${60 - (entries.length - 1)} more"`);
  expect(entries.join(', ').length).toBeLessThanOrEqual(2_048);
  expect(Math.max(bytes - 3_500 + 300, entries.join(', ').length - 2_048 + 80)).toBeGreaterThan(0); // and no fewer
});

test.each([
  { own: 3_300, added: true },
  { own: 3_400, added: false },
  { own: 5_000, added: false },
  { own: 9_000, added: false },
])('headers with $own bytes more have our entries: $added', async ({ own, added }) => {
  const { entries } = await sent({ 'X-Own': 'x'.repeat(own - 90) }, many(60));

  expect(entries).toEqual(added ? ['gk;desc="+60 more"'] : []);
});

test('if nothing fits, a response without an override does not change', () => {
  const { keeper } = keeperOf(many(1));
  const gate = keeper.adapter.open({ incoming: { headers: {} } });
  gate.ffVariant('F0'.padEnd(20, '_'));
  const headers = { 'Server-Timing': 'db;dur=53', 'X-Own': 'x'.repeat(4_000), ETag: '"1"' };

  expect(keeper.adapter.responseChanges(gate, { headers: Object.entries(headers) })).toEqual({
    remove: [],
    set: [],
    append: [],
  });
});

test('bytes are reserved for later middleware', () => {
  const headers = Object.entries({ 'X-Own': 'x'.repeat(2_000) });
  const [alone, with500] = [0, 500].map((reservedBytes) => appended(many(60), { headers, reservedBytes })[0]?.length);

  expect(Number(alone) - Number(with500)).toBeGreaterThan(450);
});

test('two gates of one response share the 2,048 bytes', () => {
  const [first = ''] = appended(many(40));
  const [second = ''] = appended(many(60, 21), { headers: [['server-timing', first]] });

  expect(second).toMatch(/gk;desc="\+\d+ more"$/);
  expect(`${first}, ${second}`.length).toBeLessThanOrEqual(2_048 + 2);
});
