import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { formatMessage, type Language } from '../../../../extension/app/i18n/languages.ts';
import { setMessageLookup, t, tCount } from '../../../../extension/ui/i18n/translate.ts';
import { ROOT } from '../../../helpers/repository/source-tree.ts';

function useLanguage(language: Language): void {
  const file = path.join(ROOT, 'extension/_locales', language, 'messages.json');
  const messages = JSON.parse(readFileSync(file, 'utf8'));
  setMessageLookup((key, values) => formatMessage(messages, key, values));
}

test('messages are in the language that was set last', () => {
  useLanguage('en');
  expect(t('undo')).toBe('Undo');

  useLanguage('de');
  expect(t('undo')).toBe('Rückgängig');
});

test.each([
  // language number text
  ['en', 0, '0 overrides'],
  ['en', 1, '1 override'],
  ['en', 2, '2 overrides'],
  ['de', 1, '1 Überschreibung'],
  ['fr', 0, '0 surcharge'], // French uses the singular for 0
  ['fr', 2, '2 surcharges'],
  ['es', 1_000_000, '1000000 anulaciones'], // CLDR has a separate form, with the same word
  ['ja', 1, '上書き 1 件'],
  ['zh_CN', 5, '5 项覆盖'],
] as const)('in %s, %i gives %j', (language, number, text) => {
  useLanguage(language);

  expect(tCount('overrideCount', number)).toBe(text);
});

test('values are inserted unchanged', () => {
  useLanguage('en');

  expect(t('noMatch', '$1 $2 <b>')).toContain('No flag matches “$1 $2 <b>”.');
});
