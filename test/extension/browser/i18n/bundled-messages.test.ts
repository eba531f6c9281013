import '../../../fakes/browser/global-browser.ts';
import { expect, test } from 'vitest';
import { LANGUAGES, type Language } from '../../../../extension/app/i18n/languages.ts';
import { loadMessages } from '../../../../extension/browser/i18n/bundled-messages.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';

test('without a chosen language, messages are in the browser’s language', async () => {
  installFakeBrowser();

  const lookUp = await loadMessages(undefined);

  expect(lookUp('noMatch', ['VAT'])).toContain('No flag matches “VAT”.');
});

test.each(Object.keys(LANGUAGES) as Language[])(
  'with the language %s, messages are in that language',
  async (language) => {
    const lookUp = await loadMessages(language);

    expect(lookUp('languageTag', [])).toBe(language.replace('_', '-'));
    expect(lookUp('noMatch', ['VAT'])).toContain('VAT');
  },
);
