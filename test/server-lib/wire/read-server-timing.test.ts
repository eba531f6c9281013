import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SOURCES } from '../../../server-lib/wire/manifest.ts';
import { evaluationsOf } from '../../../server-lib/wire/read-server-timing.ts';
import { type Acknowledged, serverTimingOf } from '../../../server-lib/wire/server-timing.ts';

/** What a browser makes of a header that the library writes. */
function metricsOf(header: string): { readonly name: string; readonly description: string }[] {
  return header.split(', ').map((entry) => {
    const [name = '', description = ''] = entry.split(';desc=');
    return { name, description: description.slice(1, -1) };
  });
}

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,40}$/);
const acknowledged: fc.Arbitrary<Acknowledged> = fc.record({
  flag: name,
  variant: name,
  source: fc.constantFrom(...SOURCES),
});

test('what the library says of a response is what a client reads, with the number of those left out', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(acknowledged, { selector: ({ flag }) => flag, minLength: 1, maxLength: 60 }),
      (flags) => {
        const read = evaluationsOf(metricsOf(serverTimingOf(flags)));

        expect(read.flags).toEqual(flags.slice(0, read.flags.length));
        expect(read.flags.length + read.more).toBe(flags.length);
      },
    ),
  );
});

test('whatever a server says, only flags with a variant and a source are read', () => {
  const foreign = fc.record({
    name: fc.oneof(
      fc.string(),
      fc.string().map((text) => `gk.${text}`),
    ),
    description: fc.string(),
  });
  fc.assert(
    fc.property(fc.array(foreign), (metrics) => {
      for (const { flag, variant, source } of evaluationsOf(metrics).flags) {
        expect([flag, variant].every((text) => /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(text))).toBe(true);
        expect(SOURCES).toContain(source);
      }
    }),
  );
});

test.each([
  // name          description          because
  ['db', 'ON default', 'it is not ours'],
  ['gk.', 'ON default', 'it names no flag'],
  ['gk.A', 'ON', 'it has no source'],
  ['gk.A', 'ON magic', 'no such source is known'],
  ['gk.A', 'ON default really', 'it says more than it should'],
  ['gk.A', '<b> default', 'that is no variant'],
  ['gk', '+many more', 'that is no number'],
])('%s;desc="%s" is passed over: %s', (metric, description) => {
  expect(evaluationsOf([{ name: metric, description }])).toEqual({ flags: [], more: 0 });
});

test('the first of two answers for one flag counts, and no more than 500 flags are read', () => {
  const twice = evaluationsOf([
    { name: 'gk.A', description: 'ON override' },
    { name: 'gk.A', description: 'OFF default' },
  ]);
  const many = evaluationsOf(Array.from({ length: 600 }, (_, at) => ({ name: `gk.F${at}`, description: 'ON code' })));

  expect(twice.flags).toEqual([{ flag: 'A', variant: 'ON', source: 'override' }]);
  expect(many.flags).toHaveLength(500);
});
