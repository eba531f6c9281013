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
  ['en', 0, '0 entries of the list of flags were ignored.'],
  ['en', 1, '1 entry of the list of flags was ignored.'],
  ['en', 2, '2 entries of the list of flags were ignored.'],
  ['de', 1, '1 Eintrag der Liste der Flags wurde ignoriert.'],
  ['fr', 0, '0 entrée de la liste des flags a été ignorée.'], // CLDR: singular
  ['fr', 2, '2 entrées de la liste des flags ont été ignorées.'],
  ['es', 1_000_000, 'Se ignoraron 1000000 entradas de la lista de flags.'], // CLDR has a separate form, with the same word
  ['ja', 1, 'フラグの一覧の項目が 1 件無視されました。'],
  ['zh_CN', 5, '开关列表中有 5 个条目被忽略。'],
] as const)('in %s, %i gives %j', (language, number, text) => {
  useLanguage(language);

  expect(tCount('dropped', number)).toBe(text);
});

test('values are inserted unchanged', () => {
  useLanguage('en');

  expect(t('noMatch', '$1 $2 <b>')).toContain('No flag matches “$1 $2 <b>”.');
});
