import type { ComponentChildren, JSX } from 'preact';
import {
  type OptionsState,
  RELOAD_MODES,
  type ReloadMode,
  type Settings,
  THEMES,
  type Theme,
} from '../../app/settings/settings.ts';
import { type MessageKey, t } from '../i18n/translate.ts';
import { type PresetsActions, PresetsList } from '../presets/presets-list.tsx';
import { GateIcon } from '../shared/icons.tsx';
import { ReadmeLink } from '../shared/notices.tsx';
import { LanguageField } from './language-field.tsx';
import { ManifestPaths, PinnedSites } from './site-settings.tsx';

/** The user's actions on the options page. */
export interface OptionsActions {
  set(change: Partial<Settings>): void;
  /** Adds the path of a site's manifest; returns whether the input was valid. */
  addPath(site: string, path: string): boolean;
  removePath(origin: string): void;
  unpin(site: string): void;
  readonly presets: PresetsActions;
  changeShortcuts(): void;
  switchDevtools(on: boolean): void;
}

interface OptionsPageProps {
  readonly state: OptionsState;
  readonly actions: OptionsActions;
}

/** The whole options page, rendered from the settings. */
export function OptionsPage({ state, actions }: OptionsPageProps): JSX.Element {
  const { settings, pinned, devtools, shortcut } = state;
  return (
    <main class="options">
      <header>
        <span class="logo">
          <GateIcon />
        </span>
        <h1>{t('optionsTitle')}</h1>
      </header>
      <Section title={t('appearance')}>
        <Choice
          legend={t('theme')}
          options={THEMES.map((theme) => [theme, t(THEME_KEYS[theme])] as const)}
          chosen={settings.theme}
          onChoose={(theme) => actions.set({ theme })}
        />
        <LanguageField chosen={settings.language} onChoose={(language) => actions.set({ language })} />
      </Section>
      <Section title={t('afterAChange')} note={t('reloadNote')}>
        <Choice
          legend={t('reloading')}
          options={RELOAD_MODES.map((mode) => [mode, t(RELOAD_KEYS[mode])] as const)}
          chosen={settings.reload}
          onChoose={(reload) => actions.set({ reload })}
        />
      </Section>
      <Section title={t('pinnedSites')} note={t('pinnedNote')}>
        <PinnedSites sites={pinned} onUnpin={actions.unpin} />
      </Section>
      <Section title={t('manifestPaths')} note={t('manifestPathsNote')}>
        <ManifestPaths paths={settings.manifestPaths} wrong={state.wrong} actions={actions} />
      </Section>
      <Section title={t('presetsTitle')} note={t('presetsNote')}>
        <PresetsList state={state.presets} importState={state.presetImport} actions={actions.presets} />
      </Section>
      {shortcut !== undefined && (
        <Section title={t('shortcuts')}>
          <p class="line">
            <span>{t('openPopup')}</span>
            {shortcut === '' ? <span class="quiet">{t('noShortcut')}</span> : <kbd>{shortcut}</kbd>}
            <button type="button" onClick={actions.changeShortcuts}>
              {t('changeShortcuts')}
            </button>
          </p>
        </Section>
      )}
      {devtools !== undefined && (
        <Section title={t('devtools')} note={t('devtoolsNote')}>
          <label class="line">
            <input
              type="checkbox"
              checked={devtools}
              onClick={({ currentTarget }) => actions.switchDevtools(currentTarget.checked)}
            />
            {t('devtoolsSwitch')}
          </label>
        </Section>
      )}
      <Section title={t('about')}>
        <p>{t('privacy')}</p>
        <p class="quiet">
          {t('version', state.version)} · <ReadmeLink>{t('libraryLink')}</ReadmeLink>
        </p>
      </Section>
    </main>
  );
}

const THEME_KEYS: Readonly<Record<Theme, MessageKey>> = {
  system: 'themeSystem',
  light: 'themeLight',
  dark: 'themeDark',
};

const RELOAD_KEYS: Readonly<Record<ReloadMode, MessageKey>> = { button: 'reloadButton', automatic: 'reloadAutomatic' };

interface SectionProps {
  readonly title: string;
  readonly note?: string;
  readonly children: ComponentChildren;
}

function Section({ title, note, children }: SectionProps): JSX.Element {
  return (
    <section>
      <h2>{title}</h2>
      {children}
      {note !== undefined && <p class="quiet">{note}</p>}
    </section>
  );
}

interface ChoiceProps<Option extends string> {
  readonly legend: string;
  /** Each option with its label. */
  readonly options: readonly (readonly [option: Option, text: string])[];
  readonly chosen: Option;
  readonly onChoose: (option: Option) => void;
}

/** A choice of one option, rendered as native radios in the style of the popup's variants. */
function Choice<Option extends string>({ legend, options, chosen, onChoose }: ChoiceProps<Option>): JSX.Element {
  return (
    <fieldset class="field">
      <legend>{legend}</legend>
      <div class="variants">
        {options.map(([option, text]) => (
          <label key={option} class="pill">
            <input
              type="radio"
              name={options.map(([one]) => one).join()}
              value={option}
              checked={option === chosen}
              onChange={() => onChoose(option)}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
