import { expect, test } from 'vitest';
import { readServerTiming, timingMetrics } from '../../../server-lib/wire/timing-header.ts';

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
  expect(timingMetrics(header).map(({ name, description }) => `${name} ${description}`)).toEqual(metrics);
});

test('the flags of a response are read among the metrics of others, and the ones that did not fit are counted', () => {
  const header = 'db;dur=53, gk.CHECKOUT;desc="ONE_PAGE override", gk.SEARCH;desc="EXACT default", gk;desc="+7 more"';

  expect(readServerTiming(header)).toEqual({
    flags: [
      { flag: 'CHECKOUT', variant: 'ONE_PAGE', source: 'override' },
      { flag: 'SEARCH', variant: 'EXACT', source: 'default' },
    ],
    more: 7,
  });
});

test('of a header that no server sends, the first 16,384 characters are read', () => {
  const long = `${'x'.repeat(16_384 - 22)}, gk.A;desc="ON code", gk.B;desc="ON code"`;

  expect(readServerTiming(long).flags).toEqual([{ flag: 'A', variant: 'ON', source: 'code' }]);
});
