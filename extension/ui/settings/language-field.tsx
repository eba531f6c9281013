import type { JSX } from 'preact';
import { LANGUAGES, type Language } from '../../app/i18n/languages.ts';
import { t } from '../i18n/translate.ts';

interface LanguageFieldProps {
  readonly chosen: Language | undefined;
  readonly onChoose: (language: Language | undefined) => void;
}

/** A choice of the language; `undefined` is the browser's. */
export function LanguageField({ chosen, onChoose }: LanguageFieldProps): JSX.Element {
  const languages = Object.entries(LANGUAGES) as [Language, string][];
  return (
    <label class="field">
      {t('language')}
      <select
        value={chosen ?? ''}
        onChange={({ currentTarget }) => onChoose(languages.find(([one]) => one === currentTarget.value)?.[0])}
      >
        <option value="">{t('languageOfBrowser')}</option>
        {languages.map(([language, name]) => (
          <option key={language} value={language} lang={language.replace('_', '-')}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
