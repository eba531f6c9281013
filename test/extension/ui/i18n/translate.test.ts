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
  ['en', 0, '0 choices'],
  ['en', 1, '1 choice'],
  ['en', 2, '2 choices'],
  ['de', 1, '1 gewählte Variante'],
  ['fr', 0, '0 choix'],
  ['fr', 2, '2 choix'],
  ['es', 1_000_000, '1000000 elecciones'], // CLDR has a separate form, with the same word
  ['ja', 1, '選択 1 件'],
  ['zh_CN', 5, '5 项选择'],
] as const)('in %s, %i gives %j', (language, number, text) => {
  useLanguage(language);

  expect(tCount('overrideCount', number)).toBe(text);
});

test('values are inserted unchanged', () => {
  useLanguage('en');

  expect(t('noMatch', '$1 $2 <b>')).toContain('No flag matches “$1 $2 <b>”.');
});
