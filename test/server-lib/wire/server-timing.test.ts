import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SOURCES } from '../../../server-lib/wire/manifest.ts';
import { formatServerTiming, parseTimingMetrics, readServerTiming } from '../../../server-lib/wire/server-timing.ts';
import { type EvaluatedFlag, readTimingMetrics } from '../../../server-lib/wire/used-flags.ts';

test.each([
  // header                                         name and description of each metric
  ['', []],
  ['db', ['db ']],
  ['db;dur=53', ['db ']],
  ['gk.A;desc="ON override"', ['gk.A ON override']],
  ['gk.A;desc="ON override";dur=1, gk;desc="+7 more"', ['gk.A ON override', 'gk +7 more']],
  ['gk.A ; DESC = "ON override" ,gk.B;desc=x', ['gk.A ON override', 'gk.B x']],
  ['a;desc="one";desc="two"', ['a one']],
  ['cache;desc="a, b; c", gk.A;desc="ON code"', ['cache a, b; c', 'gk.A ON code']],
  ['a;desc="say \\"hello\\", twice", b', ['a say "hello", twice', 'b ']],
  ['a;desc="never closed, gk.A;desc="ON code"', ['a never closed, gk.A;desc=']],
  ['a;desc="closed by nothing, gk.A', ['a closed by nothing, gk.A']],
  ['a;desc="ends in a backslash\\', ['a ends in a backslash']],
  [',, ;desc="nameless", a', ['a ']],
  ['a;description="no", b;=, c;', ['a ', 'b ', 'c ']],
  ['__proto__;desc="ON code"', ['__proto__ ON code']],
])('%j has the metrics %j', (header, metrics) => {
  expect(parseTimingMetrics(header).map(({ name, description }) => `${name} ${description}`)).toEqual(metrics);
});

test('the flags of a response are read among other metrics, with the count of those that did not fit', () => {
  const header = 'db;dur=53, gk.CHECKOUT;desc="ONE_PAGE override", gk.SEARCH;desc="EXACT default", gk;desc="+7 more"';

  expect(readServerTiming(header)).toEqual({
    flags: [
      { flag: 'CHECKOUT', variant: 'ONE_PAGE', source: 'override' },
      { flag: 'SEARCH', variant: 'EXACT', source: 'default' },
    ],
    more: 7,
  });
});

test('only the first 16,384 characters of a header are read', () => {
  const long = `${'x'.repeat(16_384 - 22)}, gk.A;desc="ON code", gk.B;desc="ON code"`;

  expect(readServerTiming(long).flags).toEqual([{ flag: 'A', variant: 'ON', source: 'code' }]);
});

/** The metrics that a browser reads from a header of the library. */
function metricsOf(header: string): { readonly name: string; readonly description: string }[] {
  return header.split(', ').map((entry) => {
    const [name = '', description = ''] = entry.split(';desc=');
    return { name, description: description.slice(1, -1) };
  });
}

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,40}$/);
const acknowledged: fc.Arbitrary<EvaluatedFlag> = fc.record(
  { flag: name, variant: name, source: fc.constantFrom(...SOURCES), simulated: fc.constant<true>(true) },
  { requiredKeys: ['flag', 'variant', 'source'] },
);

test('a client reads the flags that the library writes, with the count of those that do not fit', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(acknowledged, { selector: ({ flag }) => flag, minLength: 1, maxLength: 60 }),
      (flags) => {
        const read = readTimingMetrics(metricsOf(formatServerTiming(flags)));

        expect(read.flags).toEqual(flags.slice(0, read.flags.length));
        expect(read.flags.length + read.more).toBe(flags.length);
      },
    ),
  );
});

test('from any header, only flags with a variant and a source are read', () => {
  const foreign = fc.record({
    name: fc.oneof(
      fc.string(),
      fc.string().map((text) => `gk.${text}`),
    ),
    description: fc.string(),
  });
  fc.assert(
    fc.property(fc.array(foreign), (metrics) => {
      for (const { flag, variant, source } of readTimingMetrics(metrics).flags) {
        expect([flag, variant].every((text) => /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(text))).toBe(true);
        expect(SOURCES).toContain(source);
      }
    }),
  );
});

test.each([
  // name          description          because
  ['db', 'ON default', 'it is another metric'],
  ['gk.', 'ON default', 'it has no flag'],
  ['gk.A', 'ON', 'it has no source'],
  ['gk.A', 'ON magic', 'the source is unknown'],
  ['gk.A', 'ON default really', 'it has an extra word'],
  ['gk.A', '<b> default', 'that is not a variant'],
  ['gk', '+many more', 'that is not a number'],
])('%s;desc="%s" is ignored: %s', (metric, description) => {
  expect(readTimingMetrics([{ name: metric, description }])).toEqual({ flags: [], more: 0 });
});

test('the first of two entries for one flag counts, and at most 500 flags are read', () => {
  const twice = readTimingMetrics([
    { name: 'gk.A', description: 'ON override' },
    { name: 'gk.A', description: 'OFF default' },
  ]);
  const many = readTimingMetrics(
    Array.from({ length: 600 }, (_, at) => ({ name: `gk.F${at}`, description: 'ON code' })),
  );

  expect(twice.flags).toEqual([{ flag: 'A', variant: 'ON', source: 'override' }]);
  expect(many.flags).toHaveLength(500);
});
