/** The folders of `_locales`, with each language's name for itself. */
export const LANGUAGES = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  ja: '日本語',
  zh_CN: '简体中文',
} as const;

export type Language = keyof typeof LANGUAGES;

/** The texts of one language, in the browsers' format. */
export type Messages = Readonly<Record<string, { readonly message: string }>>;

/** Finds a text in `messages` and fills in its values as the browsers' own look-up does: `$1` is the first. */
export function formatMessage(messages: Messages, key: string, values: readonly string[]): string {
  const { message = '' } = messages[key] ?? {};
  return message.replace(/\$([1-9])/g, (_, place: string) => values[Number(place) - 1] ?? '');
}
