import '../../fakes/started-browser.ts';

import { expect, test } from 'vitest';
import { LANGUAGES, type Language } from '../../../extension/app/languages.ts';
import { browserWords, wordsOf } from '../../../extension/browser/words.ts';
import { startedBrowser } from '../../fakes/started-browser.ts';

test('the browser is asked for a text of its own language', () => {
  startedBrowser();

  expect(browserWords('noMatch', ['VAT'])).toBe('No flag matches “VAT”.');
});

test.each(Object.keys(LANGUAGES) as Language[])('whoever chose %s gets texts of that language', async (language) => {
  const words = await wordsOf(language);

  expect(words('languageTag', [])).toBe(language.replace('_', '-'));
  expect(words('noMatch', ['VAT'])).toContain('VAT');
});
