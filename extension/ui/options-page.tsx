import type { ComponentChildren, JSX } from 'preact';
import { LANGUAGES, type Language } from '../app/languages.ts';
import type { OptionsState } from '../app/options-state.ts';
import { RELOADS, type Reloading, type Settings, THEMES, type Theme } from '../app/settings.ts';
import { Choice } from './choice.tsx';
import { GateIcon } from './icons.tsx';
import { type KeptPresetsActions, KeptPresetsList } from './kept-presets.tsx';
import { ManifestPaths } from './manifest-paths.tsx';
import { PinnedSites } from './pinned-sites.tsx';
import { say, type Word } from './words.ts';

/** What a person can do on the options page. */
export interface OptionsActions {
  set(change: Partial<Settings>): void;
  /** Adds the path of a site's manifest; tells whether it could be read. */
  addPath(site: string, path: string): boolean;
  removePath(origin: string): void;
  unpin(site: string): void;
  readonly presets: KeptPresetsActions;
  changeShortcuts(): void;
  switchDevtools(on: boolean): void;
}

interface OptionsPageProps {
  readonly state: OptionsState;
  readonly actions: OptionsActions;
}

/** The whole options page: a picture of what is set. */
export function OptionsPage({ state, actions }: OptionsPageProps): JSX.Element {
  const { settings, pinned, devtools, shortcut } = state;
  return (
    <main class="options">
      <header>
        <span class="logo">
          <GateIcon />
        </span>
        <h1>{say('optionsTitle')}</h1>
      </header>
      <Section title={say('appearance')}>
        <Choice
          legend={say('theme')}
          options={THEMES.map((theme) => [theme, say(THEME_WORDS[theme])] as const)}
          chosen={settings.theme}
          onChoose={(theme) => actions.set({ theme })}
        />
        <LanguageField chosen={settings.language} onChoose={(language) => actions.set({ language })} />
      </Section>
      <Section title={say('afterAChange')} note={say('reloadNote')}>
        <Choice
          legend={say('reloading')}
          options={RELOADS.map((when) => [when, say(RELOAD_WORDS[when])] as const)}
          chosen={settings.reload}
          onChoose={(reload) => actions.set({ reload })}
        />
      </Section>
      <Section title={say('pinnedSites')} note={say('pinnedNote')}>
        <PinnedSites sites={pinned} onUnpin={actions.unpin} />
      </Section>
      <Section title={say('manifestPaths')} note={say('manifestPathsNote')}>
        <ManifestPaths paths={settings.manifestPaths} wrong={state.wrong} actions={actions} />
      </Section>
      <Section title={say('presetsTitle')} note={say('presetsNote')}>
        <KeptPresetsList kept={state.presets} actions={actions.presets} />
      </Section>
      {shortcut !== undefined && (
        <Section title={say('shortcuts')}>
          <p class="line">
            <span>{say('openPopup')}</span>
            {shortcut === '' ? <span class="quiet">{say('noShortcut')}</span> : <kbd>{shortcut}</kbd>}
            <button type="button" onClick={actions.changeShortcuts}>
              {say('changeShortcuts')}
            </button>
          </p>
        </Section>
      )}
      {devtools !== undefined && (
        <Section title={say('devtools')} note={say('devtoolsNote')}>
          <label class="line">
            <input
              type="checkbox"
              checked={devtools}
              onClick={({ currentTarget }) => actions.switchDevtools(currentTarget.checked)}
            />
            {say('devtoolsSwitch')}
          </label>
        </Section>
      )}
      <Section title={say('about')}>
        <p>{say('privacy')}</p>
        <p class="quiet">
          {say('version', state.version)} ·{' '}
          <a href="https://www.npmjs.com/package/gatekeeper-flags" target="_blank" rel="noreferrer noopener">
            {say('libraryLink')}
          </a>
        </p>
      </Section>
    </main>
  );
}

const THEME_WORDS: Readonly<Record<Theme, Word>> = {
  system: 'themeSystem',
  light: 'themeLight',
  dark: 'themeDark',
};

const RELOAD_WORDS: Readonly<Record<Reloading, Word>> = { button: 'reloadButton', automatic: 'reloadAutomatic' };

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

interface LanguageFieldProps {
  readonly chosen: Language | undefined;
  readonly onChoose: (language: Language | undefined) => void;
}

function LanguageField({ chosen, onChoose }: LanguageFieldProps): JSX.Element {
  const languages = Object.entries(LANGUAGES) as [Language, string][];
  return (
    <label class="field">
      {say('language')}
      <select
        value={chosen ?? ''}
        onChange={({ currentTarget }) => onChoose(languages.find(([one]) => one === currentTarget.value)?.[0])}
      >
        <option value="">{say('languageOfBrowser')}</option>
        {languages.map(([language, name]) => (
          <option key={language} value={language} lang={language.replace('_', '-')}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
