import { render } from 'preact';
import { type OptionsState, withoutPath, withPath } from '../app/options-state.ts';
import { NO_PRESETS, PresetKeeper } from '../app/preset-keeper.ts';
import { devtoolsSwitch, switchDevtools } from '../browser/devtools-switch.ts';
import { version } from '../browser/own-pages.ts';
import { onPins, pinnedSites, unpin } from '../browser/pinned-sites.ts';
import { presetArchive } from '../browser/preset-archive.ts';
import { onPresets } from '../browser/preset-store.ts';
import { changeSettings, loadSettings, onSettings } from '../browser/settings-store.ts';
import { openShortcutSettings, popupShortcut } from '../browser/shortcuts.ts';
import { wordsIn } from '../browser/words.ts';
import { type OptionsActions, OptionsPage } from '../ui/options-page.tsx';
import { saveAsFile } from '../ui/save-as-file.ts';
import { speakOnPage } from '../ui/spoken-page.ts';
import { wearLastTheme, wearTheme } from '../ui/theme.ts';
import { say } from '../ui/words.ts';

wearLastTheme();
let state: OptionsState = {
  settings: await loadSettings(),
  pinned: await pinnedSites(),
  shortcut: await popupShortcut(),
  devtools: await devtoolsSwitch(),
  presets: NO_PRESETS,
  version: version(),
  wrong: undefined,
};

const keeper = new PresetKeeper(presetArchive, (presets) => become({ presets }));

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
    loseFile: () => keeper.loseFile(),
    import: () => void keeper.import(),
  },
  changeShortcuts: () => void openShortcutSettings(),
  // Draws what has come of it, also where the person has refused.
  switchDevtools: (on) => void switchDevtools(on).finally(lookAround),
};

function become(change: Partial<OptionsState>): void {
  state = { ...state, ...change };
  render(<OptionsPage state={state} actions={actions} />, document.body);
}

let newest: OptionsState['settings'];

async function follow(settings: OptionsState['settings']): Promise<void> {
  newest = settings;
  const words = await wordsIn(settings.language);
  if (settings !== newest) return; // something else has been set while the texts were on their way
  wearTheme(settings.theme);
  speakOnPage(words);
  document.title = say('optionsTitle');
  become({ settings });
}

/** What is set elsewhere: in the popup, and on the browser's own pages. */
async function lookAround(): Promise<void> {
  become({ pinned: await pinnedSites(), shortcut: await popupShortcut(), devtools: await devtoolsSwitch() });
}

await follow(state.settings);
await keeper.look();
onSettings((settings) => void follow(settings));
onPresets(() => void keeper.look());
onPins(() => void lookAround());
addEventListener('focus', () => void lookAround());
