import browser from 'webextension-polyfill';
import { type Language, type Messages, messageIn } from '../app/languages.ts';

type Lookup = (key: string, values: readonly string[]) => string;

/** The texts in the browser's own language, or in English where there are none in it. */
export function browserWords(key: string, values: readonly string[]): string {
  return browser.i18n.getMessage(key, [...values]);
}

/** The texts in a language that the person chose. The browser would give those of its own only. */
export async function wordsOf(language: Language): Promise<Lookup> {
  const { default: messages } = await BUNDLED[language]();
  return (key, values) => messageIn(messages, key, values);
}

// Parts of the program: the extension's pages may fetch nothing, not even their own files.
const BUNDLED: Readonly<Record<Language, () => Promise<{ readonly default: Messages }>>> = {
  en: () => import('../_locales/en/messages.json', { with: { type: 'json' } }),
  de: () => import('../_locales/de/messages.json', { with: { type: 'json' } }),
  es: () => import('../_locales/es/messages.json', { with: { type: 'json' } }),
  fr: () => import('../_locales/fr/messages.json', { with: { type: 'json' } }),
  ja: () => import('../_locales/ja/messages.json', { with: { type: 'json' } }),
  zh_CN: () => import('../_locales/zh_CN/messages.json', { with: { type: 'json' } }),
};
