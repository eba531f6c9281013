import browser from 'webextension-polyfill';
import { formatMessage, type Language, type Messages } from '../../app/i18n/languages.ts';

type Lookup = (key: string, values: readonly string[]) => string;

/** The texts in the language that the person chose, or `undefined`: in the browser's own. */
export async function loadMessages(language: Language | undefined): Promise<Lookup> {
  // The browser itself gives texts in no language but its own; in English where there are none in it.
  if (language === undefined) return (key, values) => browser.i18n.getMessage(key, [...values]);
  const { default: messages } = await BUNDLED_MESSAGES[language]();
  return (key, values) => formatMessage(messages, key, values);
}

// Parts of the program: the extension's pages may fetch nothing, not even their own files.
const BUNDLED_MESSAGES: Readonly<Record<Language, () => Promise<{ readonly default: Messages }>>> = {
  en: () => import('../../_locales/en/messages.json', { with: { type: 'json' } }),
  de: () => import('../../_locales/de/messages.json', { with: { type: 'json' } }),
  es: () => import('../../_locales/es/messages.json', { with: { type: 'json' } }),
  fr: () => import('../../_locales/fr/messages.json', { with: { type: 'json' } }),
  ja: () => import('../../_locales/ja/messages.json', { with: { type: 'json' } }),
  zh_CN: () => import('../../_locales/zh_CN/messages.json', { with: { type: 'json' } }),
};
