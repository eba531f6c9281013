import { displayString, MANIFEST_LIMITS, readScenarios } from '../../../server-lib/wire.ts';
import { parseSiteOrigin } from '../settings/site-urls.ts';
import { type Preset, type Presets, type PresetsBySite, presetName } from './presets.ts';

/** One preset of a file, and the site that it is for. */
export interface PresetEntry {
  readonly origin: string;
  readonly preset: Preset;
}

/** What is wrong with one entry of a file; its texts are fit to be shown. */
export type InvalidEntry =
  | { readonly kind: 'site'; readonly site: string }
  | { readonly kind: 'preset'; readonly site: string; readonly number: number }
  | { readonly kind: 'overrides'; readonly site: string; readonly preset: string; readonly dropped: number };

/** What a file of presets holds, or why it holds none. */
export type PresetFile =
  | { readonly kind: 'empty' }
  | { readonly kind: 'presets'; readonly presets: readonly PresetEntry[]; readonly wrong: readonly InvalidEntry[] }
  | { readonly kind: 'problem'; readonly problem: PresetFileError };

export type PresetFileError = 'too-large' | 'not-json' | 'not-presets';

/** As much as the extension reads of anything foreign. */
export const MAX_FILE_LENGTH = MANIFEST_LIMITS.bytes;

/** The presets of all sites as the text of a file. */
export function serializePresetFile(sites: PresetsBySite): string {
  return `${JSON.stringify({ presets: Object.fromEntries(sites) }, null, 2)}\n`;
}

/** Reads a text that is said to be such a file. What is wrong costs only itself. Never throws. */
export function parsePresetFile(text: string): PresetFile {
  if (text.trim() === '') return { kind: 'empty' };
  if (text.length > MAX_FILE_LENGTH) return { kind: 'problem', problem: 'too-large' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { kind: 'problem', problem: 'not-json' };
  }
  const sites = fieldsOf(new Map(fieldsOf(parsed)).get('presets'));
  return sites === undefined ? { kind: 'problem', problem: 'not-presets' } : parseSites(sites);
}

function parseSites(sites: readonly (readonly [string, unknown])[]): PresetFile {
  const presets: PresetEntry[] = [];
  const wrong: InvalidEntry[] = [];
  for (const [origin, entries] of sites) {
    const site = (displayString(origin) ?? '').slice(0, MAX_SHOWN_LENGTH);
    if (parseSiteOrigin(origin) !== origin || !Array.isArray(entries)) {
      wrong.push({ kind: 'site', site });
      continue;
    }
    for (const [at, entry] of entries.entries()) {
      const { scenarios, dropped } = readScenarios([entry]);
      const [scenario] = scenarios;
      const name = presetName(scenario?.name ?? '');
      if (scenario === undefined || name === '') {
        wrong.push({ kind: 'preset', site, number: at + 1 });
        continue;
      }
      presets.push({ origin, preset: { ...scenario, name } });
      if (dropped > 0) wrong.push({ kind: 'overrides', site, preset: name, dropped });
    }
  }
  return { kind: 'presets', presets, wrong };
}

const MAX_SHOWN_LENGTH = 80;

// Own fields only, as JSON.parse makes them; of anything but an object there are none to speak of.
function fieldsOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value);
}

/** What becomes of a preset that is imported: it is new, there already, or kept out by another or for want of room. */
export type ImportOutcome = 'new' | 'same' | 'taken' | 'full';

/** A preset of a file, and what would become of it. */
export interface PlannedPreset extends PresetEntry {
  readonly outcome: ImportOutcome;
}

/** What an import would do to the presets of each site, entry by entry. It adds, and replaces nothing. */
export function planImport(sites: PresetsBySite, entries: readonly PresetEntry[]): readonly PlannedPreset[] {
  const grown = new Map(sites);
  return entries.map(({ origin, preset }) => {
    const presets = grown.get(origin) ?? [];
    const outcome = importOutcome(presets, preset);
    if (outcome === 'new') grown.set(origin, [...presets, preset]);
    return { origin, preset, outcome };
  });
}

/** The presets of one site with the new ones among `imported`. */
export function addPresets(presets: Presets, imported: readonly Preset[]): Presets {
  const grown = [...presets];
  for (const preset of imported) if (importOutcome(grown, preset) === 'new') grown.push(preset);
  return grown;
}

function importOutcome(presets: Presets, { name, overrides }: Preset): ImportOutcome {
  const there = presets.find((one) => one.name === name);
  if (there !== undefined) return isSameOverrides(there.overrides, overrides) ? 'same' : 'taken';
  return presets.length < MANIFEST_LIMITS.scenarios ? 'new' : 'full';
}

function isSameOverrides(some: Preset['overrides'], others: Preset['overrides']): boolean {
  const pairs = Object.entries(some);
  const other = new Map(Object.entries(others));
  return pairs.length === other.size && pairs.every(([flag, variant]) => other.get(flag) === variant);
}
