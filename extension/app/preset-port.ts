import type { Presets } from './presets.ts';

/** Where a person's presets are kept, by the site's origin. */
export interface PresetPort {
  read(origin: string): Promise<Presets>;
  /** Changes what is there by then, so that two windows lose nothing; resolves to what is there afterwards. */
  change(origin: string, change: (presets: Presets) => Presets): Promise<Presets>;
}
