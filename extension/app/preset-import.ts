import { MANIFEST_LIMITS } from '../../server-lib/wire.ts';
import type { FiledPreset } from './preset-file.ts';
import type { SitePresets } from './preset-port.ts';
import type { Preset, Presets } from './presets.ts';

/** What becomes of a preset that is imported: it is new, there already, or kept out by another or for want of room. */
export type Fate = 'new' | 'same' | 'taken' | 'full';

/** A preset of a file, and what would become of it. */
export interface PlannedPreset extends FiledPreset {
  readonly fate: Fate;
}

/** What an import would do to the presets of each site, entry by entry. It adds, and replaces nothing. */
export function plannedImport(sites: SitePresets, filed: readonly FiledPreset[]): readonly PlannedPreset[] {
  const grown = new Map(sites);
  return filed.map(({ origin, preset }) => {
    const presets = grown.get(origin) ?? [];
    const fate = fateOf(presets, preset);
    if (fate === 'new') grown.set(origin, [...presets, preset]);
    return { origin, preset, fate };
  });
}

/** The presets of one site with the new ones among `imported`. */
export function adding(presets: Presets, imported: readonly Preset[]): Presets {
  const grown = [...presets];
  for (const preset of imported) if (fateOf(grown, preset) === 'new') grown.push(preset);
  return grown;
}

function fateOf(presets: Presets, { name, overrides }: Preset): Fate {
  const there = presets.find((one) => one.name === name);
  if (there !== undefined) return isSame(there.overrides, overrides) ? 'same' : 'taken';
  return presets.length < MANIFEST_LIMITS.scenarios ? 'new' : 'full';
}

function isSame(some: Preset['overrides'], others: Preset['overrides']): boolean {
  const pairs = Object.entries(some);
  const other = new Map(Object.entries(others));
  return pairs.length === other.size && pairs.every(([flag, variant]) => other.get(flag) === variant);
}
