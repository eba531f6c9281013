import { render } from 'preact';
import { ImportStore, INITIAL_IMPORT, serializePresetFile } from '../app/presets/preset-file.ts';
import { INITIAL_PRESETS, PresetsStore } from '../app/presets/presets-store.ts';
import { type OptionsState, withoutPath, withPath } from '../app/settings/settings.ts';
import { loadMessages } from '../browser/i18n/bundled-messages.ts';
import { allPresetsStorage, onPresetsChanged } from '../browser/storage/presets-storage.ts';
import {
  changeSettings,
  isPanelEnabled,
  loadSettings,
  onSettingsChanged,
  openShortcutSettings,
  popupShortcut,
  setPanelEnabled,
} from '../browser/storage/settings-storage.ts';
import { extensionVersion } from '../browser/tabs/extension-pages.ts';
import { onPinsChanged, pinnedSites, unpin } from '../browser/tabs/site-permissions.ts';
import { applyLanguage, t } from '../ui/i18n/translate.ts';
import { type OptionsActions, OptionsPage } from '../ui/settings/options-page.tsx';
import { saveAsFile } from '../ui/shared/copy-and-save.ts';
import { applyLastTheme, applyTheme } from '../ui/shared/theme.ts';

applyLastTheme();
let state: OptionsState = {
  settings: await loadSettings(),
  pinned: await pinnedSites(),
  shortcut: await popupShortcut(),
  devtools: await isPanelEnabled(),
  presets: INITIAL_PRESETS,
  presetImport: INITIAL_IMPORT,
  version: extensionVersion(),
  wrong: undefined,
};

const presetsStore = new PresetsStore(allPresetsStorage, allPresetsStorage.all, () =>
  update({ presets: presetsStore.state }),
);
const importStore = new ImportStore(allPresetsStorage, () => update({ presetImport: importStore.state }));

const actions: OptionsActions = {
  set: (change) => void changeSettings(() => change),
  addPath: (site, path) => {
    const parsed = withPath(new Map(), site, path);
    update({ wrong: 'wrong' in parsed ? parsed.wrong : undefined });
    if ('wrong' in parsed) return false;
    void changeSettings(({ manifestPaths }) => ({ manifestPaths: new Map([...manifestPaths, ...parsed.paths]) }));
    return true;
  },
  removePath: (origin) =>
    void changeSettings(({ manifestPaths }) => ({ manifestPaths: withoutPath(manifestPaths, origin) })),
  unpin: (site) => void unpin(site),
  presets: {
    rename: (preset, name) => void presetsStore.rename(preset, name),
    move: (preset, by) => void presetsStore.move(preset, by),
    delete: (preset) => void presetsStore.delete(preset),
    restore: () => void presetsStore.restore(),
    export: () => saveAsFile('gatekeeper-presets.json', serializePresetFile(presetsStore.state.sites)),
    paste: (text) => importStore.paste(text),
    reportUnreadableFile: () => importStore.reportUnreadableFile(),
    import: () => void importStore.import(),
  },
  changeShortcuts: () => void openShortcutSettings(),
  // Renders the result, also if the user has refused the permission.
  switchDevtools: (on) => void setPanelEnabled(on).finally(readBrowserState),
};

function update(change: Partial<OptionsState>): void {
  state = { ...state, ...change };
  render(<OptionsPage state={state} actions={actions} />, document.body);
}

let latestSettings: OptionsState['settings'];

async function applySettings(settings: OptionsState['settings']): Promise<void> {
  latestSettings = settings;
  const messages = await loadMessages(settings.language);
  if (settings !== latestSettings) return; // the settings have changed while the messages were loading
  applyTheme(settings.theme);
  applyLanguage(messages);
  document.title = t('optionsTitle');
  update({ settings });
}

/** Reads again what can change elsewhere: in the popup, and on the browser's own pages. */
async function readBrowserState(): Promise<void> {
  update({ pinned: await pinnedSites(), shortcut: await popupShortcut(), devtools: await isPanelEnabled() });
}

await applySettings(state.settings);
await presetsStore.load();
onSettingsChanged((settings) => void applySettings(settings));
onPresetsChanged(() => void presetsStore.load());
onPinsChanged(() => void readBrowserState());
addEventListener('focus', () => void readBrowserState());
