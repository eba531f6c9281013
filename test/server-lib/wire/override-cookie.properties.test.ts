import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileFlags } from '../../../server-lib/core/flags/compiled-flag.ts';
import { resolveOverrides } from '../../../server-lib/core/overrides/overrides.ts';
import { readSimulation } from '../../../server-lib/core/overrides/simulation.ts';
import {
  cookieBytes,
  decodeOverrides,
  encodeOverrides,
  readOverrideCookie,
} from '../../../server-lib/wire/override-cookie.ts';
import { anyEntries, goodEntries, inOrder, jsonOf, latin1Of, ranks } from '../../arbitraries/cookie-entries.ts';
import { mutationsOf, propertyTimeout, runs } from '../../arbitraries/mutations.ts';
import { COOKIE_SITE, HOSTILE_COOKIES } from '../../helpers/protocol/hostile-cookies.ts';
import { referenceReading } from '../../helpers/protocol/reference-codec.ts';

const NAME = 'gatekeeper';
const flags = compileFlags(COOKIE_SITE.flags);
const NOTHING = readSimulation(undefined);
const byte = fc.nat({ max: 0xff }).map((code) => String.fromCharCode(code));

function expectOnlyConfigured(value: string): void {
  for (const [flag, { variant }] of resolveOverrides(value, NAME, flags, NOTHING).applied) {
    expect(COOKIE_SITE.flags[flag]?.variants).toContain(variant);
    expect(COOKIE_SITE.flags[flag]?.overridable).not.toBe(false);
  }
}

test('overrides with any strings are read back as written, or are too large', { timeout: propertyTimeout() }, () => {
  const texts = fc.string({ unit: 'binary', maxLength: 12 });
  const overrides = fc.uniqueArray(fc.tuple(texts, texts), { selector: ([flag]) => flag, maxLength: 12 });

  fc.assert(
    fc.property(overrides, (members) => {
      const written = encodeOverrides(new Map(members));
      const reading = decodeOverrides(written, NAME);

      if (cookieBytes(NAME, written) > 4_096) return reading.kind === 'unreadable' && reading.problem === 'too-large';
      expect(reading).toEqual({ kind: 'entries', entries: new Map(members) });
      return true;
    }),
    runs(10_000),
  );
});

test('equal overrides give equal cookies', { timeout: propertyTimeout() }, () => {
  fc.assert(
    fc.property(goodEntries, ranks, (members, order) => {
      expect(encodeOverrides(new Map(inOrder(members, order)))).toBe(encodeOverrides(new Map(members)));
    }),
    runs(5_000),
  );
});

test('any bytes are read as the protocol specifies, and apply only known flags and variants', {
  timeout: propertyTimeout(),
}, () => {
  const anything = fc.string({ unit: byte, maxLength: 60 });
  const tempting = fc.string({
    unit: fc.constantFrom(
      'gatekeeper',
      '=',
      ';',
      ' ',
      '\t',
      '"',
      '{',
      '}',
      ':',
      ',',
      '%',
      '22',
      'j:',
      'FLAG_A',
      'ON',
      '\xa0',
      '\xff',
    ),
    maxLength: 24,
  });

  fc.assert(
    fc.property(fc.oneof(anything, tempting), fc.constantFrom('', 'gatekeeper=', 'a=1; gatekeeper='), (text, start) => {
      const header = start + text;

      expect(readOverrideCookie(header, NAME)).toEqual(referenceReading(header, NAME));
      expectOnlyConfigured(text);
    }),
    runs(30_000),
  );
});

test('mutated rows of the table are read as the protocol specifies', { timeout: propertyTimeout() }, () => {
  const headers = HOSTILE_COOKIES.map(({ header }) => header).filter((header) => header.length < 6_000);

  fc.assert(
    fc.property(mutationsOf(headers, byte), (header) => {
      expect(readOverrideCookie(header, NAME)).toEqual(referenceReading(header, NAME));
      expectOnlyConfigured(header.slice(header.indexOf('=') + 1));
    }),
    runs(40_000),
  );
});

test('raw, percent-encoded, quoted and j: mean the same', { timeout: propertyTimeout() }, () => {
  fc.assert(
    fc.property(anyEntries, (members) => {
      const text = jsonOf(members);
      const encoded = encodeURIComponent(text);
      fc.pre(encoded.length < 4_000);

      const reading = decodeOverrides(encoded, NAME);

      expect(reading.kind).toBe('entries');
      for (const same of [
        latin1Of(text),
        `"${latin1Of(text)}"`,
        `"${encoded}"`,
        `j:${latin1Of(text)}`,
        `j%3A${encoded}`,
      ]) {
        expect(decodeOverrides(same, NAME)).toEqual(reading);
      }
    }),
    runs(10_000),
  );
});
