import fc from 'fast-check';
import { expect, test } from 'vitest';
import { validateRules } from '../../../server-lib/sources/validate-rules.ts';
import { rulesText } from '../../helpers/rules-documents.ts';

const GOOD = rulesText('red');

test('every string is accepted or refused with a message of limited length, and nothing is thrown', () => {
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
  ['a hundred thousand nested lists', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['an error after two thousand nested lists', `{"x":${'['.repeat(2_000)}${']'.repeat(2_000)},"flags":7}`],
])('%s is refused with a short message', (_, text) => {
  const error = validateRules(text);

  expect(error?.message).toMatch(/^The rules document is refused/);
  expect(error?.message.length).toBeLessThan(600);
});
