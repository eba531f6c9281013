import fc from 'fast-check';
import { expect, test } from 'vitest';
import { validateRules } from '../../../server-lib/sources/validate-rules.ts';
import { rulesText } from '../../helpers/rules-documents.ts';

const GOOD = rulesText('red');

test('whatever text a source brings, it is taken or refused in words of a bounded length, and nothing is thrown', () => {
  const document = fc.record({ flags: fc.dictionary(fc.string(), fc.jsonValue()), metadata: fc.jsonValue() });
  const edited = fc
    .tuple(fc.nat(GOOD.length), fc.nat(20), fc.string())
    .map(([at, cut, text]) => GOOD.slice(0, at) + text + GOOD.slice(at + cut));
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    document.map((value) => JSON.stringify(value)),
    edited,
  );

  fc.assert(
    fc.property(texts, (text) => {
      expect(validateRules(text)?.message.length ?? 0).toBeLessThan(600);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['a hundred thousand lists in each other', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['a mistake behind two thousand lists', `{"x":${'['.repeat(2_000)}${']'.repeat(2_000)},"flags":7}`],
])('%s is refused in a few words', (_, text) => {
  const error = validateRules(text);

  expect(error?.message).toMatch(/^The rules document is refused/);
  expect(error?.message.length).toBeLessThan(600);
});
