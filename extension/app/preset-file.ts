import { MANIFEST_LIMITS, readScenarios, shownText } from '../../server-lib/wire.ts';
import type { SitePresets } from './preset-port.ts';
import { type Preset, presetName } from './presets.ts';
import { siteOriginOf } from './site-address.ts';

/** One preset of a file, and the site that it is for. */
export interface FiledPreset {
  readonly origin: string;
  readonly preset: Preset;
}

/** What is wrong with one entry of a file; its texts are fit to be shown. */
export type WrongEntry =
  | { readonly kind: 'site'; readonly site: string }
  | { readonly kind: 'preset'; readonly site: string; readonly number: number }
  | { readonly kind: 'overrides'; readonly site: string; readonly preset: string; readonly dropped: number };

/** What a file of presets holds, or why it holds none. */
export type PresetFile =
  | { readonly kind: 'empty' }
  | { readonly kind: 'presets'; readonly presets: readonly FiledPreset[]; readonly wrong: readonly WrongEntry[] }
  | { readonly kind: 'problem'; readonly problem: PresetFileProblem };

export type PresetFileProblem = 'too-large' | 'not-json' | 'not-presets';

/** As much as the extension reads of anything foreign. */
export const LONGEST_FILE = MANIFEST_LIMITS.bytes;

/** The presets of all sites as the text of a file. */
export function presetFile(sites: SitePresets): string {
  return `${JSON.stringify({ presets: Object.fromEntries(sites) }, null, 2)}\n`;
}

/** Reads a text that is said to be such a file. What is wrong costs only itself. Never throws. */
export function readPresetFile(text: string): PresetFile {
  if (text.trim() === '') return { kind: 'empty' };
  if (text.length > LONGEST_FILE) return { kind: 'problem', problem: 'too-large' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { kind: 'problem', problem: 'not-json' };
  }
  const sites = fieldsOf(new Map(fieldsOf(parsed)).get('presets'));
  return sites === undefined ? { kind: 'problem', problem: 'not-presets' } : readSites(sites);
}

function readSites(sites: readonly (readonly [string, unknown])[]): PresetFile {
  const presets: FiledPreset[] = [];
  const wrong: WrongEntry[] = [];
  for (const [origin, entries] of sites) {
    const site = (shownText(origin) ?? '').slice(0, LONGEST_SHOWN);
    if (siteOriginOf(origin) !== origin || !Array.isArray(entries)) {
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

const LONGEST_SHOWN = 80;

// Own fields only, as JSON.parse makes them; of anything but an object there are none to speak of.
function fieldsOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value);
}
