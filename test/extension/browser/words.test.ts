import '../../fakes/started-browser.ts';

import { expect, test } from 'vitest';
import { LANGUAGES, type Language } from '../../../extension/app/languages.ts';
import { wordsIn } from '../../../extension/browser/words.ts';
import { startedBrowser } from '../../fakes/started-browser.ts';

test('whoever chose no language gets the texts of the browser’s own', async () => {
  startedBrowser();

  const words = await wordsIn(undefined);

  expect(words('noMatch', ['VAT'])).toBe('No flag matches “VAT”.');
});

test.each(Object.keys(LANGUAGES) as Language[])('whoever chose %s gets texts of that language', async (language) => {
  const words = await wordsIn(language);

  expect(words('languageTag', [])).toBe(language.replace('_', '-'));
  expect(words('noMatch', ['VAT'])).toContain('VAT');
});
