/** The folders of `_locales`, with each language's own name. */
export const LANGUAGES = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  ja: '日本語',
  zh_CN: '简体中文',
} as const;

export type Language = keyof typeof LANGUAGES;

/** The messages of one language, in the browsers' format. */
export type Messages = Readonly<Record<string, { readonly message: string }>>;

/** Formats a message as `browser.i18n.getMessage` does: `$1` is replaced by the first value. */
export function formatMessage(messages: Messages, key: string, values: readonly string[]): string {
  const { message = '' } = messages[key] ?? {};
  return message.replace(/\$([1-9])/g, (_, place: string) => values[Number(place) - 1] ?? '');
}
