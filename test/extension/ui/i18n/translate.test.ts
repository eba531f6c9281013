import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { formatMessage, type Language } from '../../../../extension/app/i18n/languages.ts';
import { setMessageLookup, t, tCount } from '../../../../extension/ui/i18n/translate.ts';
import { ROOT } from '../../../helpers/repository/source-tree.ts';

function speak(language: Language): void {
  const file = path.join(ROOT, 'extension/_locales', language, 'messages.json');
  const messages = JSON.parse(readFileSync(file, 'utf8'));
  setMessageLookup((key, values) => formatMessage(messages, key, values));
}

test('a text is said in the language that is spoken from then on', () => {
  speak('en');
  expect(t('undo')).toBe('Undo');

  speak('de');
  expect(t('undo')).toBe('Rückgängig');
});

test.each([
  // language number text
  ['en', 0, '0 overrides'],
  ['en', 1, '1 override'],
  ['en', 2, '2 overrides'],
  ['de', 1, '1 Überschreibung'],
  ['fr', 0, '0 surcharge'], // in French none is not many
  ['fr', 2, '2 surcharges'],
  ['es', 1_000_000, '1000000 anulaciones'], // a form of its own in CLDR, and no other word
  ['ja', 1, '上書き 1 件'],
  ['zh_CN', 5, '5 项覆盖'],
] as const)('in %s, %i is counted as %j', (language, number, text) => {
  speak(language);

  expect(tCount('overrideCount', number)).toBe(text);
});

test('values are said as they are, whatever they hold', () => {
  speak('en');

  expect(t('noMatch', '$1 $2 <b>')).toBe('No flag matches “$1 $2 <b>”.');
});
