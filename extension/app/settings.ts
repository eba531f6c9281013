import { LANGUAGES, type Language } from './languages.ts';
import { manifestPathOf, siteOriginOf } from './site-address.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** When a page is loaded again after a change: with the button, or at once. */
export const RELOADS = ['button', 'automatic'] as const;
export type Reloading = (typeof RELOADS)[number];

/** What a person has set for good. */
export interface Settings {
  readonly theme: Theme;
  readonly reload: Reloading;
  /** `undefined`: the browser's own. */
  readonly language: Language | undefined;
  /** Where the sites that announce no manifest have theirs, by origin, where that is not the usual path. */
  readonly manifestPaths: ReadonlyMap<string, string>;
}

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  reload: 'button',
  language: undefined,
  manifestPaths: new Map(),
};

/** The settings in whatever the storage holds; what cannot be read is as if it had never been set. */
export function readSettings(stored: unknown): Settings {
  const { theme, reload, language, manifestPaths } = recordOf(stored);
  return {
    theme: THEMES.find((one) => one === theme) ?? DEFAULT_SETTINGS.theme,
    reload: RELOADS.find((one) => one === reload) ?? DEFAULT_SETTINGS.reload,
    language: (Object.keys(LANGUAGES) as Language[]).find((one) => one === language),
    manifestPaths: readPaths(manifestPaths),
  };
}

/** The settings as the storage takes them. */
export function storedSettings({ manifestPaths, ...settings }: Settings): object {
  return { ...settings, manifestPaths: Object.fromEntries(manifestPaths) };
}

function readPaths(stored: unknown): ReadonlyMap<string, string> {
  const paths = Object.entries(recordOf(stored)).filter(
    (entry): entry is [string, string] =>
      siteOriginOf(entry[0]) === entry[0] && typeof entry[1] === 'string' && manifestPathOf(entry[1]) === entry[1],
  );
  return new Map(paths.sort(([a], [b]) => (a < b ? -1 : 1)));
}

// A copy: of the foreign object only its own fields count.
function recordOf(stored: unknown): Readonly<Record<string, unknown>> {
  return typeof stored === 'object' ? Object.assign(Object.create(null), stored) : {};
}
