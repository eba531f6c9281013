import type { KeptPresets } from './preset-keeper.ts';
import type { Settings } from './settings.ts';
import { manifestPathOf, siteOriginOf } from './site-address.ts';

/** What the options page shows. */
export interface OptionsState {
  readonly settings: Settings;
  /** The sites that the extension may look at without a click, as the browser writes them. */
  readonly pinned: readonly string[];
  /** The shortcut that opens the popup, `''` where there is none; `undefined` in a browser that has no shortcuts. */
  readonly shortcut: string | undefined;
  /** Whether the panel is switched on; `undefined` where there is nothing to switch. */
  readonly devtools: boolean | undefined;
  readonly presets: KeptPresets;
  readonly version: string;
  /** What is wrong with the path that was to be added. */
  readonly wrong: WrongPath | undefined;
}

export type WrongPath = 'site' | 'path';

/** The paths with one more, or what is wrong with what was typed. */
export function withPath(
  paths: Settings['manifestPaths'],
  site: string,
  path: string,
): { readonly paths: Settings['manifestPaths'] } | { readonly wrong: WrongPath } {
  const origin = siteOriginOf(site);
  if (origin === undefined) return { wrong: 'site' };
  const there = manifestPathOf(path);
  return there === undefined ? { wrong: 'path' } : { paths: new Map([...paths, [origin, there]]) };
}

/** The paths without that of one site. */
export function withoutPath(paths: Settings['manifestPaths'], origin: string): Settings['manifestPaths'] {
  return new Map([...paths].filter(([one]) => one !== origin));
}
