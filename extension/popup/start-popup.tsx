import { loadMessages } from '../browser/i18n/bundled-messages.ts';
import { TabPage } from '../browser/page/tab-page.ts';
import { onPresetsChanged, presetStorage } from '../browser/storage/presets-storage.ts';
import { loadSettings, onSettingsChanged, openSiteMemory } from '../browser/storage/settings-storage.ts';
import { detachedWindowOpener, openOptions, programVersions, targetTabId } from '../browser/tabs/extension-pages.ts';
import { isPinned, onPinsChanged, pin, unpin } from '../browser/tabs/site-permissions.ts';
import { applyLanguage } from '../ui/i18n/translate.ts';
import { openPopup } from '../ui/popup/open-popup.tsx';
import { applyLastTheme, applyTheme } from '../ui/shared/theme.ts';

applyLastTheme();
const [tab, memories, loaded] = await Promise.all([targetTabId(), openSiteMemory(), loadSettings()]);
let settings = loaded;

/** Applies the user's settings, which may change in the options while the popup is open. */
async function applySettings(): Promise<void> {
  const applied = settings;
  applyTheme(applied.theme);
  const messages = await loadMessages(applied.language);
  if (applied !== settings) return; // the settings have changed while the messages were loading
  applyLanguage(messages);
}

await applySettings();
const popup = openPopup({
  page: new TabPage(tab, () => settings.manifestPaths),
  memories,
  presets: presetStorage,
  isReloadAutomatic: () => settings.reload === 'automatic',
  programVersions,
  close: () => close(),
  pins: { isPinned, pin, unpin },
  detach: detachedWindowOpener(tab),
  compare: (flag) => import('../browser/compare/open-comparison.ts').then((opener) => opener.openComparison(tab, flag)),
  openOptions,
});
onPinsChanged(() => void popup.readPin());
onPresetsChanged(() => popup.reloadPresets());
onSettingsChanged((changed) => {
  settings = changed;
  void applySettings().then(popup.render);
});
await popup.opened;
// What a comparison left when its window crashed. Not needed for the first paint; if the popup closes, the background does it.
import('../browser/compare/restore-comparisons.ts')
  .then(({ restoreComparisons }) => restoreComparisons(tab))
  .catch(() => {});
