import { LANGUAGES, type Language } from '../i18n/languages.ts';
import type { PresetsState } from '../presets/presets-store.ts';
import { parseManifestPath, parseSiteOrigin } from './site-urls.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** When a page is loaded again after a change: with the button, or at once. */
export const RELOAD_MODES = ['button', 'automatic'] as const;
export type ReloadMode = (typeof RELOAD_MODES)[number];

/** What a person has set for good. */
export interface Settings {
  readonly theme: Theme;
  readonly reload: ReloadMode;
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
export function parseSettings(stored: unknown): Settings {
  const { theme, reload, language, manifestPaths } = recordOf(stored);
  return {
    theme: THEMES.find((one) => one === theme) ?? DEFAULT_SETTINGS.theme,
    reload: RELOAD_MODES.find((one) => one === reload) ?? DEFAULT_SETTINGS.reload,
    language: (Object.keys(LANGUAGES) as Language[]).find((one) => one === language),
    manifestPaths: parsePaths(manifestPaths),
  };
}

/** The settings as the storage takes them. */
export function serializeSettings({ manifestPaths, ...settings }: Settings): object {
  return { ...settings, manifestPaths: Object.fromEntries(manifestPaths) };
}

function parsePaths(stored: unknown): ReadonlyMap<string, string> {
  const paths = Object.entries(recordOf(stored)).filter(
    (entry): entry is [string, string] =>
      parseSiteOrigin(entry[0]) === entry[0] &&
      typeof entry[1] === 'string' &&
      parseManifestPath(entry[1]) === entry[1],
  );
  return new Map(paths.sort(([a], [b]) => (a < b ? -1 : 1)));
}

// A copy: of the foreign object only its own fields count.
function recordOf(stored: unknown): Readonly<Record<string, unknown>> {
  return typeof stored === 'object' ? Object.assign(Object.create(null), stored) : {};
}

/** What the options page shows. */
export interface OptionsState {
  readonly settings: Settings;
  /** The sites that the extension may look at without a click, as the browser writes them. */
  readonly pinned: readonly string[];
  /** The shortcut that opens the popup, `''` where there is none; `undefined` in a browser that has no shortcuts. */
  readonly shortcut: string | undefined;
  /** Whether the panel is switched on; `undefined` where there is nothing to switch. */
  readonly devtools: boolean | undefined;
  readonly presets: PresetsState;
  readonly version: string;
  /** What is wrong with the path that was to be added. */
  readonly wrong: InvalidField | undefined;
}

export type InvalidField = 'site' | 'path';

/** The paths with one more, or what is wrong with what was typed. */
export function withPath(
  paths: Settings['manifestPaths'],
  site: string,
  path: string,
): { readonly paths: Settings['manifestPaths'] } | { readonly wrong: InvalidField } {
  const origin = parseSiteOrigin(site);
  if (origin === undefined) return { wrong: 'site' };
  const there = parseManifestPath(path);
  return there === undefined ? { wrong: 'path' } : { paths: new Map([...paths, [origin, there]]) };
}

/** The paths without that of one site. */
export function withoutPath(paths: Settings['manifestPaths'], origin: string): Settings['manifestPaths'] {
  return new Map([...paths].filter(([one]) => one !== origin));
}
