import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileFlags } from '../../../server-lib/core/options.ts';
import { type ResolvedOverrides, resolveOverrides } from '../../../server-lib/core/overrides.ts';
import {
  cookieOctets,
  decodeOverrides,
  encodeOverrides,
  readOverrideCookie,
} from '../../../server-lib/wire/override-cookie.ts';
import { mutated, patience, runs } from '../../support/fuzz.ts';
import { COOKIE_SITE, HOSTILE_COOKIES } from '../../support/hostile-cookies.ts';
import { referenceReading } from '../../support/reference-codec.ts';

const NAME = 'gatekeeper';
const flags = compileFlags(COOKIE_SITE.flags);
const octet = fc.nat({ max: 0xff }).map((code) => String.fromCharCode(code));
const known = fc.constantFrom(
  ...Object.entries(COOKIE_SITE.flags).flatMap(([flag, { variants }]) => variants.map((one) => [flag, one] as const)),
);
const unknownFlag = fc.string().filter((name) => !Object.hasOwn(COOKIE_SITE.flags, name));
const entry = fc.oneof(
  known,
  fc.tuple(fc.constantFrom(...Object.keys(COOKIE_SITE.flags)), fc.jsonValue({ maxDepth: 2 })),
  fc.tuple(unknownFlag, fc.jsonValue({ maxDepth: 2 })),
);
const entries = fc.uniqueArray(entry, { selector: ([flag]) => flag, maxLength: 8 });

const ranks = fc.array(fc.nat(), { minLength: 8, maxLength: 8 });
const inOrder = <Entry>(members: readonly Entry[], order: readonly number[]): readonly Entry[] =>
  members
    .map((member, at) => ({ member, rank: order[at] ?? 0 }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ member }) => member);

/** The value that holds `members` in this very order. */
const raw = (members: readonly (readonly [string, unknown])[]): string =>
  `{${members.map(([flag, variant]) => `${JSON.stringify(flag)}:${JSON.stringify(variant)}`).join(',')}}`;
const asOctets = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const resolve = (value: string): ResolvedOverrides => resolveOverrides(value, NAME, flags);

function expectOnlyConfigured({ applied }: ResolvedOverrides): void {
  for (const [flag, { variant }] of applied) {
    expect(COOKIE_SITE.flags[flag]?.variants).toContain(variant);
    expect(COOKIE_SITE.flags[flag]?.overridable).not.toBe(false);
  }
}

test('what is written is read back, whatever its texts, or is too large', { timeout: patience() }, () => {
  const texts = fc.string({ unit: 'binary', maxLength: 12 });
  const overrides = fc.uniqueArray(fc.tuple(texts, texts), { selector: ([flag]) => flag, maxLength: 12 });

  fc.assert(
    fc.property(overrides, (members) => {
      const written = encodeOverrides(new Map(members));
      const reading = decodeOverrides(written, NAME);

      if (cookieOctets(NAME, written) > 4_096) return reading.kind === 'unreadable' && reading.problem === 'too-large';
      expect(reading).toEqual({ kind: 'entries', entries: new Map(members) });
      return true;
    }),
    runs(10_000),
  );
});

test('equal overrides are equal cookies', { timeout: patience() }, () => {
  fc.assert(
    fc.property(fc.uniqueArray(known, { selector: ([flag]) => flag }), ranks, (members, order) => {
      expect(encodeOverrides(new Map(inOrder(members, order)))).toBe(encodeOverrides(new Map(members)));
    }),
    runs(5_000),
  );
});

test('any octets are read as the protocol spells it out, and apply only what is configured', {
  timeout: patience(),
}, () => {
  const anything = fc.string({ unit: octet, maxLength: 60 });
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
      expectOnlyConfigured(resolve(text));
    }),
    runs(30_000),
  );
});

test('mutated rows of the table are read as the protocol spells it out', { timeout: patience() }, () => {
  const headers = HOSTILE_COOKIES.map(({ header }) => header).filter((header) => header.length < 6_000);

  fc.assert(
    fc.property(mutated(headers, octet), (header) => {
      expect(readOverrideCookie(header, NAME)).toEqual(referenceReading(header, NAME));
      expectOnlyConfigured(resolve(header.slice(header.indexOf('=') + 1)));
    }),
    runs(40_000),
  );
});

test('raw, percent-encoded, quoted and j: mean the same', { timeout: patience() }, () => {
  fc.assert(
    fc.property(entries, (members) => {
      const text = raw(members);
      const encoded = encodeURIComponent(text);
      fc.pre(encoded.length < 4_000);

      const reading = decodeOverrides(encoded, NAME);

      expect(reading.kind).toBe('entries');
      for (const same of [
        asOctets(text),
        `"${asOctets(text)}"`,
        `"${encoded}"`,
        `j:${asOctets(text)}`,
        `j%3A${encoded}`,
      ]) {
        expect(decodeOverrides(same, NAME)).toEqual(reading);
      }
    }),
    runs(10_000),
  );
});

test('the order of entries changes nothing', { timeout: patience() }, () => {
  const outcome = (value: string) => {
    const { applied, ignored } = resolve(value);
    return { applied: [...applied.keys()].sort(), ignored: ignored.map((one) => JSON.stringify(one)).sort() };
  };

  fc.assert(
    fc.property(entries, ranks, (members, order) => {
      fc.pre(raw(members).length < 4_000);

      expect(outcome(asOctets(raw(inOrder(members, order))))).toEqual(outcome(asOctets(raw(members))));
    }),
    runs(10_000),
  );
});

test('entries of unknown flags never change known ones', { timeout: patience() }, () => {
  const strangers = fc.uniqueArray(fc.tuple(unknownFlag, fc.jsonValue({ maxDepth: 2 })), {
    selector: ([flag]) => flag,
    maxLength: 5,
  });

  fc.assert(
    fc.property(
      fc.uniqueArray(known, { selector: ([flag]) => flag }),
      strangers,
      fc.boolean(),
      (members, others, first) => {
        const alone = resolve(raw(members));
        const together = resolve(asOctets(raw(first ? [...others, ...members] : [...members, ...others])));
        fc.pre(together.problem === undefined);

        expect(together.applied).toEqual(alone.applied);
        expect(together.ignored.length).toBe(alone.ignored.length + others.length);
      },
    ),
    runs(10_000),
  );
});

test('a bad entry never changes its siblings', { timeout: patience() }, () => {
  const bad = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }).filter((value) => typeof value !== 'string'),
    fc.string().filter((text) => text !== 'ON' && text !== 'OFF'),
  );

  fc.assert(
    fc.property(bad, fc.constantFrom('ONE', 'TWO', 'THREE'), fc.boolean(), (value, variant, first) => {
      const members = [
        ['FLAG_A', value],
        ['FLAG_B', variant],
      ] as const;

      const { applied, ignored } = resolve(asOctets(raw(first ? members : members.toReversed())));

      expect([...applied].map(([flag, answer]) => [flag, answer.variant])).toEqual([['FLAG_B', variant]]);
      expect(ignored.map(({ flag }) => flag)).toEqual(['FLAG_A']);
    }),
    runs(5_000),
  );
});
