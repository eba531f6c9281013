import browser from 'webextension-polyfill';
import { formatMessage, type Language, type Messages } from '../../app/i18n/languages.ts';

type Lookup = (key: string, values: readonly string[]) => string;

/** Loads the messages of a language; `undefined` is the browser's language. */
export async function loadMessages(language: Language | undefined): Promise<Lookup> {
  // browser.i18n returns messages only in the browser's own language, or in English if the extension lacks that.
  if (language === undefined) return (key, values) => browser.i18n.getMessage(key, [...values]);
  const { default: messages } = await BUNDLED_MESSAGES[language]();
  return (key, values) => formatMessage(messages, key, values);
}

// Bundled as modules, because the content security policy blocks fetches, even of the extension's own files.
const BUNDLED_MESSAGES: Readonly<Record<Language, () => Promise<{ readonly default: Messages }>>> = {
  en: () => import('../../_locales/en/messages.json', { with: { type: 'json' } }),
  de: () => import('../../_locales/de/messages.json', { with: { type: 'json' } }),
  es: () => import('../../_locales/es/messages.json', { with: { type: 'json' } }),
  fr: () => import('../../_locales/fr/messages.json', { with: { type: 'json' } }),
  ja: () => import('../../_locales/ja/messages.json', { with: { type: 'json' } }),
  zh_CN: () => import('../../_locales/zh_CN/messages.json', { with: { type: 'json' } }),
};
