import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SOURCES } from '../../../server-lib/wire/manifest.ts';
import { isName } from '../../../server-lib/wire/names.ts';
import { formatServerTiming, parseTimingMetrics, readServerTiming } from '../../../server-lib/wire/server-timing.ts';
import { propertyTimeout, runs } from '../../arbitraries/mutations.ts';

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,40}$/);
const acknowledged = fc.record(
  { flag: name, variant: name, source: fc.constantFrom(...SOURCES), simulated: fc.constant<true>(true) },
  { requiredKeys: ['flag', 'variant', 'source'] },
);
const flags = fc.uniqueArray(acknowledged, { selector: ({ flag }) => flag, maxLength: 60 });
const metric = fc.stringMatching(/^[a-z]{1,5}(;dur=[0-9]{1,3})?(;desc="[a-z ,;]{0,9}")?$/);
// Strings made of the grammar's characters reach its edge cases best.
const headerish = fc
  .array(
    fc.constantFrom(
      'gk',
      '.',
      'A',
      ';',
      ',',
      '=',
      'desc',
      '"',
      '\\',
      ' ',
      '+7 more',
      'ON override',
      'simulated',
      '\u0000',
    ),
  )
  .map((pieces) => pieces.join(''));

test('the library’s entries are read back among any other metrics', {
  timeout: propertyTimeout(),
}, () => {
  fc.assert(
    fc.property(flags, fc.array(metric), fc.array(metric), (written, before, after) => {
      const ours = formatServerTiming(written);

      const { flags: read, more } = readServerTiming([...before, ...(ours === '' ? [] : [ours]), ...after].join(', '));

      expect(read).toEqual(written.slice(0, read.length));
      expect(read.length + more).toBe(written.length);
    }),
    runs(5_000),
  );
});

test('any string is read without an exception, and gives valid names only', { timeout: propertyTimeout() }, () => {
  fc.assert(
    fc.property(fc.oneof(headerish, fc.string({ unit: 'binary' })), (header) => {
      const { flags: read, more } = readServerTiming(header);

      expect(
        read.every(({ flag, variant, source }) => isName(flag) && isName(variant) && SOURCES.includes(source)),
      ).toBe(true);
      expect(new Set(read.map(({ flag }) => flag)).size).toBe(read.length);
      expect(Number.isSafeInteger(more) && more >= 0).toBe(true);
    }),
    runs(20_000),
  );
});

test('joined metrics are read like single ones', { timeout: propertyTimeout() }, () => {
  fc.assert(
    fc.property(fc.array(metric, { minLength: 1 }), (metrics) => {
      expect(parseTimingMetrics(metrics.join(' , '))).toEqual(metrics.flatMap(parseTimingMetrics));
    }),
    runs(2_000),
  );
});
