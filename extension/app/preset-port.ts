import type { Presets } from './presets.ts';

/** Where a person's presets are kept, by the site's origin. */
export interface PresetPort {
  read(origin: string): Promise<Presets>;
  /** Changes what is there by then, so that two windows lose nothing; resolves to what is there afterwards. */
  change(origin: string, change: (presets: Presets) => Presets): Promise<Presets>;
}

/** The presets of each site that has some, by its origin. */
export type SitePresets = ReadonlyMap<string, Presets>;

/** The same place, as one who looks after the presets of all sites needs it. */
export interface PresetArchive extends PresetPort {
  /** What is kept for every site, in the order of their origins. */
  all(): Promise<SitePresets>;
}
