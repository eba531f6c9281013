import browser from 'webextension-polyfill';
import type { Language } from '../../app/i18n/languages.ts';
import { type Lookup, loadLanguage } from './language-messages.ts';

/** Loads the messages of a language; `undefined` is the browser's language. */
export async function loadMessages(language: Language | undefined): Promise<Lookup> {
  // browser.i18n returns messages only in the browser's own language, or in English if the extension lacks that.
  if (language === undefined) return (key, values) => browser.i18n.getMessage(key, [...values]);
  return loadLanguage(language);
}
