import packageJson from '../../package.json' with { type: 'json' };
import type { Language } from '../app/i18n/languages.ts';
import { parseSitePath } from '../app/settings/site-urls.ts';
import { loadLanguage } from '../browser/i18n/language-messages.ts';
import { applyLanguage } from '../ui/i18n/translate.ts';
import { type OpenPopup, openPopup } from '../ui/popup/open-popup.tsx';
import { LanguageField } from '../ui/settings/language-field.tsx';
import { SitePage } from './site-page.ts';
import { languageOf, readLanguage, siteMemory, sitePresets, storeLanguage } from './site-storage.ts';

// The server has chosen it from those that the browser accepts.
const languageOfBrowser = languageOf(document.documentElement.lang) ?? 'en';
let chosen = readLanguage();

/** The path in `?return=`, if it is one of this site; otherwise that of the folder in which the site serves this page. */
function returnPath(): string {
  const named = new URLSearchParams(location.search).get('return') ?? '';
  return parseSitePath(named) ?? new URL('.', location.href).pathname;
}

/** The messages of the popup, where "Reload page" means the site's page that follows. */
async function applyMessages(language: Language): Promise<void> {
  const lookUp = await loadLanguage(language);
  applyLanguage((key, values) => lookUp(PAGE_KEYS[key] ?? key, values));
}

const PAGE_KEYS: Readonly<Record<string, string>> = { reload: 'openSite', keyReload: 'openSite' };

async function choose(language: Language | undefined): Promise<void> {
  chosen = language;
  storeLanguage(language);
  await applyMessages(language ?? languageOfBrowser);
  popup.render();
}

await applyMessages(chosen ?? languageOfBrowser);
const popup: OpenPopup = openPopup({
  page: new SitePage(returnPath()),
  memories: siteMemory,
  presets: sitePresets,
  isReloadAutomatic: () => false,
  programVersions: () => ({ browser: navigator.userAgent, version: packageJson.version }),
  close: () => {},
  below: () => (
    <aside>
      <LanguageField chosen={chosen} onChoose={choose} />
    </aside>
  ),
});
// Back from the site's page, or to the link of another proposal.
addEventListener('pageshow', ({ persisted }) => void (persisted && popup.reopen()));
addEventListener('hashchange', () => void popup.reopen());
await popup.opened;
