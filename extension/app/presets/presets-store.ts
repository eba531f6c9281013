import { addPresets, type PresetFile, parsePresetFile, serializePresetFile } from './preset-file.ts';
import {
  type AllPresetsStorage,
  deletePreset,
  movePreset,
  type Preset,
  type PresetError,
  type Presets,
  type PresetsBySite,
  presetName,
  presetNameError,
  renamePreset,
  restorePreset,
} from './presets.ts';

/** One preset, by its site and its name. */
export interface PresetId {
  readonly origin: string;
  readonly name: string;
}

/** The presets of all sites, and the feedback on the user's last action. */
export interface PresetsState {
  readonly sites: PresetsBySite;
  /** A preset that was just deleted, and its position. */
  readonly deleted: { readonly origin: string; readonly preset: Preset; readonly at: number } | undefined;
  /** Why a deleted preset could not be restored. */
  readonly error: PresetError | undefined;
  /** The preset that was just renamed or restored, and receives the focus. */
  readonly current: PresetId | undefined;
  /** The preset that could not be renamed, because another preset has the name. */
  readonly nameConflict: PresetId | undefined;
  /** The string to import, and its parsed content. */
  readonly pasted: string;
  readonly file: PresetFile | { readonly kind: 'unread' };
  /** The number of presets just imported, or `failed` if the browser could not store them. */
  readonly imported: number | 'failed' | undefined;
}

const NO_FEEDBACK = {
  deleted: undefined,
  error: undefined,
  current: undefined,
  nameConflict: undefined,
  imported: undefined,
} as const;

export const INITIAL_PRESETS: PresetsState = { ...NO_FEEDBACK, sites: new Map(), pasted: '', file: { kind: 'empty' } };

/** Holds and edits the presets of all sites. */
export class PresetsStore {
  readonly #storage: AllPresetsStorage;
  readonly #onChange: (state: PresetsState) => void;
  #state = INITIAL_PRESETS;
  #latestLoad = 0;

  constructor(storage: AllPresetsStorage, onChange: (state: PresetsState) => void) {
    this.#storage = storage;
    this.#onChange = onChange;
  }

  /** The content of a file with all presets. */
  get exported(): string {
    return serializePresetFile(this.#state.sites);
  }

  /** Reads the presets from the storage. */
  async load(): Promise<void> {
    this.#latestLoad += 1;
    const load = this.#latestLoad;
    const sites = await this.#storage.all();
    if (load === this.#latestLoad) this.#update({ sites }); // a later load has newer presets
  }

  async rename({ origin, name }: PresetId, text: string): Promise<void> {
    const to = presetName(text);
    if (to === '' || to === name) return;
    const changed = await this.#change(origin, (presets) => renamePreset(presets, name, to));
    const isRenamed = changed.every((one) => one.name !== name);
    this.#update(isRenamed ? { current: { origin, name: to } } : { nameConflict: { origin, name } });
  }

  async move({ origin, name }: PresetId, by: -1 | 1): Promise<void> {
    await this.#change(origin, (presets) => movePreset(presets, name, by));
  }

  async delete({ origin, name }: PresetId): Promise<void> {
    let deleted: PresetsState['deleted'];
    await this.#change(origin, (presets) => {
      const at = presets.findIndex((one) => one.name === name);
      const preset = presets[at];
      deleted = preset && { origin, preset, at };
      return deletePreset(presets, name);
    });
    if (deleted !== undefined) this.#update({ deleted });
  }

  async restore(): Promise<void> {
    const { deleted } = this.#state;
    if (deleted === undefined) return;
    const { origin, preset, at } = deleted;
    let error: PresetError | undefined;
    await this.#change(origin, (presets) => {
      error = presetNameError(presets, preset.name);
      return restorePreset(presets, preset, at);
    });
    // After an error, "Undo" stays available: the user may delete or rename the preset that is in the way.
    this.#update(error === undefined ? { current: { origin, name: preset.name } } : { deleted, error });
  }

  /** Parses a string to import, without importing it. */
  paste(text: string): void {
    const file = parsePresetFile(text);
    // A string that is too large to parse is too large to display.
    const isTooLarge = file.kind === 'problem' && file.problem === 'too-large';
    this.#update({ ...NO_FEEDBACK, pasted: isTooLarge ? '' : text, file });
  }

  /** Reports that the browser could not read the chosen file. */
  reportUnreadableFile(): void {
    this.#update({ ...NO_FEEDBACK, pasted: '', file: { kind: 'unread' } });
  }

  /** Imports the new presets of the parsed string. */
  async import(): Promise<void> {
    const { file } = this.#state;
    if (file.kind !== 'presets') return;
    let imported = 0;
    try {
      for (const origin of new Set(file.presets.map((entry) => entry.origin))) {
        const added = file.presets.flatMap((entry) => (entry.origin === origin ? entry.preset : []));
        await this.#storage.change(origin, (presets) => {
          const grown = addPresets(presets, added);
          imported += grown.length - presets.length;
          return grown;
        });
      }
      this.#update({ ...NO_FEEDBACK, pasted: '', file: { kind: 'empty' }, imported });
    } catch {
      // The disk is full, or the extension's quota is used up; the presets already added stay.
      this.#update({ ...NO_FEEDBACK, imported: 'failed' });
    }
    await this.load();
  }

  async #change(origin: string, change: (presets: Presets) => Presets): Promise<Presets> {
    const changed = await this.#storage.change(origin, change);
    this.#update(NO_FEEDBACK);
    await this.load();
    return changed;
  }

  #update(changed: Partial<PresetsState>): void {
    this.#state = { ...this.#state, ...changed };
    this.#onChange(this.#state);
  }
}
