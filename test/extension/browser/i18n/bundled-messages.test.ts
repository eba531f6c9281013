import '../../../fakes/browser/global-browser.ts';
import { expect, test } from 'vitest';
import { LANGUAGES, type Language } from '../../../../extension/app/i18n/languages.ts';
import { loadMessages } from '../../../../extension/browser/i18n/bundled-messages.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';

test('whoever chose no language gets the texts of the browser’s own', async () => {
  installFakeBrowser();

  const words = await loadMessages(undefined);

  expect(words('noMatch', ['VAT'])).toBe('No flag matches “VAT”.');
});

test.each(Object.keys(LANGUAGES) as Language[])('whoever chose %s gets texts of that language', async (language) => {
  const words = await loadMessages(language);

  expect(words('languageTag', [])).toBe(language.replace('_', '-'));
  expect(words('noMatch', ['VAT'])).toContain('VAT');
});
