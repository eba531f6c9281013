import { render } from 'preact';
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
  version: extensionVersion(),
  wrong: undefined,
};

const keeper = new PresetsStore(allPresetsStorage, (presets) => become({ presets }));

const actions: OptionsActions = {
  set: (change) => void changeSettings(() => change),
  addPath: (site, path) => {
    const typed = withPath(new Map(), site, path);
    become({ wrong: 'wrong' in typed ? typed.wrong : undefined });
    if ('wrong' in typed) return false;
    void changeSettings(({ manifestPaths }) => ({ manifestPaths: new Map([...manifestPaths, ...typed.paths]) }));
    return true;
  },
  removePath: (origin) =>
    void changeSettings(({ manifestPaths }) => ({ manifestPaths: withoutPath(manifestPaths, origin) })),
  unpin: (site) => void unpin(site),
  presets: {
    rename: (preset, name) => void keeper.rename(preset, name),
    move: (preset, by) => void keeper.move(preset, by),
    delete: (preset) => void keeper.delete(preset),
    restore: () => void keeper.restore(),
    export: () => saveAsFile('gatekeeper-presets.json', keeper.exported),
    paste: (text) => keeper.paste(text),
    reportUnreadableFile: () => keeper.reportUnreadableFile(),
    import: () => void keeper.import(),
  },
  changeShortcuts: () => void openShortcutSettings(),
  // Draws what has come of it, also where the person has refused.
  switchDevtools: (on) => void setPanelEnabled(on).finally(lookAround),
};

function become(change: Partial<OptionsState>): void {
  state = { ...state, ...change };
  render(<OptionsPage state={state} actions={actions} />, document.body);
}

let newest: OptionsState['settings'];

async function follow(settings: OptionsState['settings']): Promise<void> {
  newest = settings;
  const words = await loadMessages(settings.language);
  if (settings !== newest) return; // something else has been set while the texts were on their way
  applyTheme(settings.theme);
  applyLanguage(words);
  document.title = t('optionsTitle');
  become({ settings });
}

/** What is set elsewhere: in the popup, and on the browser's own pages. */
async function lookAround(): Promise<void> {
  become({ pinned: await pinnedSites(), shortcut: await popupShortcut(), devtools: await isPanelEnabled() });
}

await follow(state.settings);
await keeper.load();
onSettingsChanged((settings) => void follow(settings));
onPresetsChanged(() => void keeper.load());
onPinsChanged(() => void lookAround());
addEventListener('focus', () => void lookAround());
