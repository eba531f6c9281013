import { LANGUAGES, type Language } from '../i18n/languages.ts';
import type { ImportState } from '../presets/preset-file.ts';
import type { PresetsState } from '../presets/presets-store.ts';
import { parseSiteOrigin, parseSitePath } from './site-urls.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** How a page is reloaded after a change: with the button, or automatically. */
export const RELOAD_MODES = ['button', 'automatic'] as const;
export type ReloadMode = (typeof RELOAD_MODES)[number];

/** The user's stored settings. */
export interface Settings {
  readonly theme: Theme;
  readonly reload: ReloadMode;
  /** `undefined`: the browser's language. */
  readonly language: Language | undefined;
  /** By origin, the manifest's path on sites that have it at another path and do not announce it. */
  readonly manifestPaths: ReadonlyMap<string, string>;
}

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  reload: 'button',
  language: undefined,
  manifestPaths: new Map(),
};

/** Parses stored settings; an invalid one gets its default. */
export function parseSettings(stored: unknown): Settings {
  const { theme, reload, language, manifestPaths } = recordOf(stored);
  return {
    theme: THEMES.find((one) => one === theme) ?? DEFAULT_SETTINGS.theme,
    reload: RELOAD_MODES.find((one) => one === reload) ?? DEFAULT_SETTINGS.reload,
    language: (Object.keys(LANGUAGES) as Language[]).find((one) => one === language),
    manifestPaths: parsePaths(manifestPaths),
  };
}

/** Converts the settings to JSON values for the storage. */
export function serializeSettings({ manifestPaths, ...settings }: Settings): object {
  return { ...settings, manifestPaths: Object.fromEntries(manifestPaths) };
}

function parsePaths(stored: unknown): ReadonlyMap<string, string> {
  const paths = Object.entries(recordOf(stored)).filter(
    (entry): entry is [string, string] =>
      parseSiteOrigin(entry[0]) === entry[0] && typeof entry[1] === 'string' && parseSitePath(entry[1]) === entry[1],
  );
  return new Map(paths.sort(([a], [b]) => (a < b ? -1 : 1)));
}

// A copy without a prototype, so that only own properties count.
function recordOf(stored: unknown): Readonly<Record<string, unknown>> {
  return typeof stored === 'object' ? Object.assign(Object.create(null), stored) : {};
}

/** The state of the options page. */
export interface OptionsState {
  readonly settings: Settings;
  /** The sites that the extension may access without a click, as the browser writes them. */
  readonly pinned: readonly string[];
  /** The shortcut that opens the popup; `''` if none is set, `undefined` if the browser has no shortcuts. */
  readonly shortcut: string | undefined;
  /** Whether the panel is switched on; `undefined` in a build without this switch. */
  readonly devtools: boolean | undefined;
  readonly presets: PresetsState;
  readonly presetImport: ImportState;
  readonly version: string;
  /** Which field of the form for a manifest path is invalid. */
  readonly wrong: InvalidField | undefined;
}

export type InvalidField = 'site' | 'path';

/** Adds a manifest path, or returns which field is invalid. */
export function withPath(
  paths: Settings['manifestPaths'],
  site: string,
  path: string,
): { readonly paths: Settings['manifestPaths'] } | { readonly wrong: InvalidField } {
  const origin = parseSiteOrigin(site);
  if (origin === undefined) return { wrong: 'site' };
  const parsed = parseSitePath(path);
  return parsed === undefined ? { wrong: 'path' } : { paths: new Map([...paths, [origin, parsed]]) };
}

/** Removes the manifest path of one site. */
export function withoutPath(paths: Settings['manifestPaths'], origin: string): Settings['manifestPaths'] {
  return new Map([...paths].filter(([one]) => one !== origin));
}
