import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Language, messageIn } from '../../../extension/app/languages.ts';
import { say, sayCount, speakWith } from '../../../extension/ui/words.ts';
import { ROOT } from '../../support/source-tree.ts';

function speak(language: Language): void {
  const file = path.join(ROOT, 'extension/_locales', language, 'messages.json');
  const messages = JSON.parse(readFileSync(file, 'utf8'));
  speakWith((key, values) => messageIn(messages, key, values));
}

test('a text is said in the language that is spoken from then on', () => {
  speak('en');
  expect(say('undo')).toBe('Undo');

  speak('de');
  expect(say('undo')).toBe('Rückgängig');
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

  expect(sayCount('overrideCount', number)).toBe(text);
});

test('values are said as they are, whatever they hold', () => {
  speak('en');

  expect(say('noMatch', '$1 $2 <b>')).toBe('No flag matches “$1 $2 <b>”.');
});
