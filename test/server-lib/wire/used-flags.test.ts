import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SOURCES } from '../../../server-lib/wire/manifest.ts';
import { isName } from '../../../server-lib/wire/names.ts';
import { formatServerTiming, parseTimingMetrics } from '../../../server-lib/wire/server-timing.ts';
import {
  describeUse,
  type EvaluatedFlag,
  formatUsedScript,
  readTimingMetrics,
} from '../../../server-lib/wire/used-flags.ts';
import { mutationsOf, propertyTimeout, runs } from '../../arbitraries/mutations.ts';
import { expandText, readVectors, type VectorText } from '../../helpers/protocol/read-vectors.ts';

interface Vector {
  readonly title: string;
  readonly header?: string;
  readonly texts: readonly VectorText[];
  readonly flags?: readonly VectorText[];
  readonly count?: number;
  readonly more?: number;
}

const VECTORS = readVectors<readonly Vector[]>('used-scripts.json');

const START = '<script type="application/json" id="gatekeeper-used">';
const END = '</script>';

/** The text of the element `html`. */
const textOf = (html: string): string => html.slice(START.length, -END.length);

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,40}$/);
const evaluated: fc.Arbitrary<EvaluatedFlag> = fc.record(
  { flag: name, variant: name, source: fc.constantFrom(...SOURCES), simulated: fc.constant<true>(true) },
  { requiredKeys: ['flag', 'variant', 'source'] },
);
const flagLists = fc.uniqueArray(evaluated, { selector: ({ flag }) => flag, maxLength: 60 });
const byName = (flags: readonly EvaluatedFlag[]): ReadonlyMap<string, EvaluatedFlag> =>
  new Map(flags.map((flag) => [flag.flag, flag]));

describe('the flags of a header and of elements', () => {
  test.each(VECTORS)('$title', ({ header = '', texts, flags = [], count, more = 0 }) => {
    const read = readTimingMetrics(parseTimingMetrics(header), texts.map(expandText));

    if (count === undefined) {
      const found = read.flags.map((flag) => `${flag.flag} ${describeUse(flag)}`);
      expect(found.sort()).toEqual(flags.map(expandText).sort());
    }
    expect(read.flags).toHaveLength(count ?? flags.length);
    expect(read.more).toBe(more);
  });
});

test('the element has each flag with its variant and source, as JSON', () => {
  const html = formatUsedScript([
    { flag: 'MY_NEW_FEATURE', variant: 'VISIBLE', source: 'override' },
    { flag: '7', variant: '1.5', source: 'default' },
  ]);

  expect(html).toBe(`${START}{"MY_NEW_FEATURE":"VISIBLE override","7":"1.5 default"}${END}`);
});

test('without flags there is no element', () => {
  expect(formatUsedScript([])).toBe('');
});

test.each([
  '</script>',
  '</SCRIPT >',
  '<!--',
  '-->',
  ']]>',
  '&lt;',
  '\u2028',
  '\u2029',
  'é',
  '\ud800',
  '"',
  '\\',
  '\u007f',
  '\0',
])('an element with %j in a name has only its own markup, in ASCII, and the same JSON', (text) => {
  const html = formatUsedScript([{ flag: text, variant: `V${text}`, source: 'override' }]);

  expect(textOf(html)).not.toMatch(/[<>&]|[^ -~]/);
  expect(JSON.parse(textOf(html))).toEqual({ [text]: `V${text} override` });
});

test('an element of 65,536 bytes has every flag; with one byte more, the last is left out', () => {
  const first: EvaluatedFlag = { flag: 'SEARCH', variant: 'FUZZY', source: 'rule' };
  const around = formatUsedScript([first, { ...first, flag: '' }]).length;

  const [fits, exceeds] = [65_536, 65_537].map((bytes) =>
    formatUsedScript([first, { ...first, flag: 'F'.repeat(bytes - around) }]),
  );

  expect(fits).toHaveLength(65_536);
  expect(exceeds).toBe(formatUsedScript([first]));
});

test('a client reads the flags that the library writes into the header and the element', {
  timeout: propertyTimeout(),
}, () => {
  fc.assert(
    fc.property(flagLists, fc.nat({ max: 60 }), fc.nat({ max: 300 }), (flags, sentAt, bytes) => {
      // The header lists the flags that were evaluated until then and fit; the element lists all of them.
      const header = formatServerTiming(flags.slice(0, sentAt), bytes);

      const read = readTimingMetrics(parseTimingMetrics(header), [textOf(formatUsedScript(flags))]);

      expect(byName(read.flags)).toEqual(byName(flags));
      expect(read.more).toBe(0);
    }),
    runs(5_000),
  );
});

test('a flag in the header is what the header says, whatever the elements say', { timeout: propertyTimeout() }, () => {
  fc.assert(
    fc.property(flagLists, fc.array(flagLists, { maxLength: 3 }), (header, elements) => {
      const texts = elements.map((flags) => textOf(formatUsedScript(flags)) || '{}');

      const read = readTimingMetrics(parseTimingMetrics(formatServerTiming(header)), texts);

      const listed = readTimingMetrics(parseTimingMetrics(formatServerTiming(header))).flags;
      expect(read.flags.slice(0, listed.length)).toEqual(listed);
      expect(new Set(read.flags.map(({ flag }) => flag)).size).toBe(read.flags.length);
    }),
    runs(2_000),
  );
});

test('any text is read without an exception, and gives valid names only', { timeout: propertyTimeout() }, () => {
  const texts = VECTORS.flatMap((vector) => vector.texts.map(expandText)).filter((text) => text.length < 1_000);
  const hostile = fc.oneof(
    mutationsOf(texts, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })),
    fc.json(),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 3 }), (hostileTexts) => {
      const { flags, more } = readTimingMetrics([], hostileTexts);

      expect(
        flags.every(({ flag, variant, source }) => isName(flag) && isName(variant) && SOURCES.includes(source)),
      ).toBe(true);
      expect(more).toBe(0);
    }),
    runs(20_000),
  );
});
