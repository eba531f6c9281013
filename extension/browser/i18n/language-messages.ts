import { formatMessage, type Language, type Messages } from '../../app/i18n/languages.ts';

/** Returns the message of a key, with `$1`, `$2` and so on replaced by the values. */
export type Lookup = (key: string, values: readonly string[]) => string;

/** Loads the bundled messages of a language. */
export async function loadLanguage(language: Language): Promise<Lookup> {
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
