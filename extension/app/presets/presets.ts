import {
  displayString,
  isContextKey,
  isName,
  isSimulatedUser,
  MANIFEST_LIMITS,
  readScenarios,
  type Scenario,
} from '../../../server-lib/wire.ts';

/** A named set of overrides that the user saved for one site, with the simulated context. */
export type Preset = Scenario;

/** The presets of one site, in order, with unique names. */
export type Presets = readonly Preset[];

/** The maximum length of a preset's name, in UTF-16 code units. */
export const MAX_NAME_LENGTH = 80;

/** Converts `text` to a preset name; empty if it has no visible characters. */
export function presetName(text: string): string {
  return (displayString(text) ?? '')
    .trim()
    .slice(0, MAX_NAME_LENGTH)
    .replace(/\p{Surrogate}/gu, '')
    .trim();
}

/** Parses presets from the storage, leaving out invalid ones. Never throws. */
export function parsePresets(value: unknown): Presets {
  return readScenarios(Array.isArray(value) ? value : [], isPresetEntry).scenarios;
}

/** Whether a site could accept an entry: a flag with a variant, or a part of the simulated context that can be displayed. */
export function isPresetEntry(name: string, value: unknown): value is string {
  if (!isContextKey(name)) return isName(name) && isName(value);
  return isName(name.slice(1)) && isSimulatedUser(value) && displayString(value) === value;
}

/** Saves overrides under a name: replaces the preset of that name, or adds one at the end unless the list is full. */
export function savePreset(presets: Presets, text: string, overrides: ReadonlyMap<string, string>): Presets {
  const name = presetName(text);
  // No site can accept the other entries, so they could never be applied.
  const kept = [...overrides].filter((entry) => isPresetEntry(...entry)).slice(0, MANIFEST_LIMITS.overrides);
  const preset = { name, overrides: Object.fromEntries(kept) };
  if (name === '') return presets;
  if (presets.some((one) => one.name === name)) return presets.map((one) => (one.name === name ? preset : one));
  return presets.length < MANIFEST_LIMITS.scenarios ? [...presets, preset] : presets;
}

/** Renames a preset, unless the new name is taken or blank. */
export function renamePreset(presets: Presets, from: string, text: string): Presets {
  const name = presetName(text);
  if (name === '' || presets.some((one) => one.name === name)) return presets;
  return presets.map((one) => (one.name === from ? { ...one, name } : one));
}

/** Moves a preset one position up (−1) or down (1), if possible. */
export function movePreset(presets: Presets, name: string, by: -1 | 1): Presets {
  const from = presets.findIndex((one) => one.name === name);
  const [preset, neighbour] = [presets[from], presets[from + by]];
  if (preset === undefined || neighbour === undefined) return presets;
  return presets.map((one) => (one === preset ? neighbour : one === neighbour ? preset : one));
}

export function deletePreset(presets: Presets, name: string): Presets {
  return presets.filter((one) => one.name !== name);
}

/** Restores a deleted preset at its position, unless its name is now taken or the list is full. */
export function restorePreset(presets: Presets, preset: Preset, at: number): Presets {
  return presetNameError(presets, preset.name) === undefined ? presets.toSpliced(at, 0, preset) : presets;
}

/** Why a preset could not be saved, renamed or restored. */
export type PresetError = 'nameless' | 'taken' | 'full' | 'not-kept';

/** Why no preset named `text` can be added; `undefined` if one can. */
export function presetNameError(presets: Presets, text: string): PresetError | undefined {
  const name = presetName(text);
  if (name === '') return 'nameless';
  if (presets.some((one) => one.name === name)) return 'taken';
  return presets.length < MANIFEST_LIMITS.scenarios ? undefined : 'full';
}

/** Stores the user's presets by the site's origin. */
export interface PresetStorage {
  read(origin: string): Promise<Presets>;
  /** Applies a change to the latest presets, so that two windows lose nothing; resolves to the changed presets. */
  change(origin: string, change: (presets: Presets) => Presets): Promise<Presets>;
}

/** The presets of every site that has any, by origin. */
export type PresetsBySite = ReadonlyMap<string, Presets>;

/** The same storage, with access to the presets of all sites. */
export interface AllPresetsStorage extends PresetStorage {
  /** Reads the presets of all sites, in the order of their origins. */
  all(): Promise<PresetsBySite>;
}
