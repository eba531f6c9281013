import type { SiteMemoryStorage } from '../app/flags/browsing-store.ts';
import { LANGUAGES, type Language } from '../app/i18n/languages.ts';
import { type PresetStorage, parsePresets } from '../app/presets/presets.ts';

// The site's own scripts use the same storage, so each key says whose it is.
const PREFIX = 'gatekeeper:';

/** The user's presets for this site, in the storage of the site. */
export const sitePresets: PresetStorage = {
  read: async () => parsePresets(readJson(() => localStorage, 'presets')),
  // Read, changed and written without a pause, so that no other tab can write in between.
  async change(_origin, change) {
    const presets = change(parsePresets(readJson(() => localStorage, 'presets')));
    localStorage.setItem(`${PREFIX}presets`, JSON.stringify(presets));
    return presets;
  },
};

/** What is stored until the tab closes: the filter, and the variants that cycling has shown. */
export const siteMemory: SiteMemoryStorage = {
  read: () => readJson(() => sessionStorage, 'look'),
  change(_origin, change) {
    const look = JSON.stringify(change(readJson(() => sessionStorage, 'look')));
    attempt(() => sessionStorage.setItem(`${PREFIX}look`, look));
  },
};

/** The language that the user has chosen; `undefined` is the browser's. */
export function readLanguage(): Language | undefined {
  return languageOf(attempt(() => localStorage.getItem(`${PREFIX}language`)));
}

export function storeLanguage(language: Language | undefined): void {
  attempt(() => {
    if (language === undefined) localStorage.removeItem(`${PREFIX}language`);
    else localStorage.setItem(`${PREFIX}language`, language);
  });
}

/** The language of a tag like `zh-CN`. */
export function languageOf(tag: string | null | undefined): Language | undefined {
  return (Object.keys(LANGUAGES) as Language[]).find((one) => one === tag?.replace('-', '_'));
}

/** What this page has stored; `undefined` if there is nothing, or nothing that can be read. */
function readJson(storage: () => Storage, key: string): unknown {
  return attempt(() => JSON.parse(storage().getItem(PREFIX + key) ?? 'null'));
}

/** The result of `use`; `undefined` if it throws: browsers can block the storage of a site, and it can be full. */
function attempt<Value>(use: () => Value): Value | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
