import { displayString, isName, MANIFEST_LIMITS, readScenarios, type Scenario } from '../../../server-lib/wire.ts';

/** A set of overrides that a person has saved for one site, under a name of their own. */
export type Preset = Scenario;

/** The presets of one site in their order; no two of one name. */
export type Presets = readonly Preset[];

/** Letters that a person may give a preset as its name. */
export const MAX_NAME_LENGTH = 80;

/** `text` as the name of a preset; empty where there is nothing to be seen in it. */
export function presetName(text: string): string {
  return (displayString(text) ?? '')
    .trim()
    .slice(0, MAX_NAME_LENGTH)
    .replace(/\p{Surrogate}/gu, '')
    .trim();
}

/** The good presets in a value from a store, however it came there. Never throws. */
export function parsePresets(value: unknown): Presets {
  return readScenarios(Array.isArray(value) ? value : []).scenarios;
}

/** Saves overrides under a name: in place of those that had it, or as the last. A full list stays as it is. */
export function savePreset(presets: Presets, text: string, overrides: ReadonlyMap<string, string>): Presets {
  const name = presetName(text);
  // What no site can list is no part of a preset: it could never be applied.
  const kept = [...overrides].filter((pair) => pair.every(isName)).slice(0, MANIFEST_LIMITS.overrides);
  const preset = { name, overrides: Object.fromEntries(kept) };
  if (name === '') return presets;
  if (presets.some((one) => one.name === name)) return presets.map((one) => (one.name === name ? preset : one));
  return presets.length < MANIFEST_LIMITS.scenarios ? [...presets, preset] : presets;
}

/** Gives a preset another name, unless that is taken or blank. */
export function renamePreset(presets: Presets, from: string, text: string): Presets {
  const name = presetName(text);
  if (name === '' || presets.some((one) => one.name === name)) return presets;
  return presets.map((one) => (one.name === from ? { ...one, name } : one));
}

/** Moves a preset one place up (−1) or down (1), as far as there is one. */
export function movePreset(presets: Presets, name: string, by: -1 | 1): Presets {
  const from = presets.findIndex((one) => one.name === name);
  const [preset, neighbour] = [presets[from], presets[from + by]];
  if (preset === undefined || neighbour === undefined) return presets;
  return presets.map((one) => (one === preset ? neighbour : one === neighbour ? preset : one));
}

export function deletePreset(presets: Presets, name: string): Presets {
  return presets.filter((one) => one.name !== name);
}

/** Puts a deleted preset back in its place, unless its name has been given away since, or the last room. */
export function restorePreset(presets: Presets, preset: Preset, at: number): Presets {
  return presetNameError(presets, preset.name) === undefined ? presets.toSpliced(at, 0, preset) : presets;
}

/** Why a preset that was to be saved, renamed or restored was not. */
export type PresetError = 'nameless' | 'taken' | 'full' | 'not-kept';

/** Why `text` cannot be the name of one preset more; `undefined` where it can. */
export function presetNameError(presets: Presets, text: string): PresetError | undefined {
  const name = presetName(text);
  if (name === '') return 'nameless';
  if (presets.some((one) => one.name === name)) return 'taken';
  return presets.length < MANIFEST_LIMITS.scenarios ? undefined : 'full';
}

/** Where a person's presets are kept, by the site's origin. */
export interface PresetStorage {
  read(origin: string): Promise<Presets>;
  /** Changes what is there by then, so that two windows lose nothing; resolves to what is there afterwards. */
  change(origin: string, change: (presets: Presets) => Presets): Promise<Presets>;
}

/** The presets of each site that has some, by its origin. */
export type PresetsBySite = ReadonlyMap<string, Presets>;

/** The same place, as one who looks after the presets of all sites needs it. */
export interface AllPresetsStorage extends PresetStorage {
  /** What is kept for every site, in the order of their origins. */
  all(): Promise<PresetsBySite>;
}
