import {
  deletePreset,
  movePreset,
  type Preset,
  type PresetError,
  type PresetStorage,
  type Presets,
  type PresetsBySite,
  presetName,
  presetNameError,
  renamePreset,
  restorePreset,
  savePreset,
} from './presets.ts';

/** One preset, by its site and its name. */
export interface PresetId {
  readonly origin: string;
  readonly name: string;
}

/** Presets by site, and the feedback on the user's last action. */
export interface PresetsState {
  readonly sites: PresetsBySite;
  /** A preset that was just deleted, and its position. */
  readonly deleted: { readonly origin: string; readonly preset: Preset; readonly at: number } | undefined;
  /** Why the last change failed, and the preset if it was to be renamed. */
  readonly error: { readonly reason: PresetError; readonly renamed?: PresetId | undefined } | undefined;
  /** The preset that was just renamed or restored, and receives the focus. */
  readonly current: PresetId | undefined;
}

const NO_FEEDBACK = { deleted: undefined, error: undefined, current: undefined } as const;

export const INITIAL_PRESETS: PresetsState = { ...NO_FEEDBACK, sites: new Map() };

/** Holds and edits presets: those of all sites on the options page, those of one site in the popup. */
export class PresetsStore {
  readonly #storage: PresetStorage;
  readonly #read: () => Promise<PresetsBySite>;
  readonly #onChange: () => void;
  #state = INITIAL_PRESETS;
  #latestLoad = 0;

  /** `read` reads the presets that the page shows. */
  constructor(storage: PresetStorage, read: () => Promise<PresetsBySite>, onChange: () => void) {
    this.#storage = storage;
    this.#read = read;
    this.#onChange = onChange;
  }

  get state(): PresetsState {
    return this.#state;
  }

  /** Reads the presets from the storage. */
  async load(): Promise<void> {
    this.#latestLoad += 1;
    const load = this.#latestLoad;
    const sites = await this.#read();
    if (load === this.#latestLoad) this.#update({ sites }); // a later load has newer presets
  }

  /** Saves overrides under a name; replaces the preset that has it. */
  async save({ origin, name }: PresetId, overrides: ReadonlyMap<string, string>): Promise<void> {
    await this.#change(origin, (presets) => {
      const error = presetNameError(presets, name);
      return error === undefined || error === 'taken' ? savePreset(presets, name, overrides) : error;
    });
  }

  async rename(preset: PresetId, to: string): Promise<void> {
    const { origin } = preset;
    const name = presetName(to);
    const rename = (presets: Presets): Presets | PresetError => {
      const error = name === preset.name ? undefined : presetNameError(presets, name);
      return error === undefined || error === 'full' ? renamePreset(presets, preset.name, name) : error;
    };
    await this.#change(origin, rename, () => ({ current: { origin, name } }), preset);
  }

  async move({ origin, name }: PresetId, by: -1 | 1): Promise<void> {
    await this.#change(origin, (presets) => movePreset(presets, name, by));
  }

  async delete({ origin, name }: PresetId): Promise<void> {
    let deleted: PresetsState['deleted'];
    const remove = (presets: Presets): Presets => {
      const at = presets.findIndex((one) => one.name === name);
      const preset = presets[at];
      deleted = preset && { origin, preset, at };
      return deletePreset(presets, name);
    };
    await this.#change(origin, remove, () => ({ deleted }));
  }

  async restore(): Promise<void> {
    const { deleted } = this.#state;
    if (deleted === undefined) return;
    const { origin, preset, at } = deleted;
    await this.#change(
      origin,
      (presets) => presetNameError(presets, preset.name) ?? restorePreset(presets, preset, at),
      () => ({ current: { origin, name: preset.name } }),
    );
  }

  /** Changes a site's presets, or reports an error. After an error, a deleted preset can still be restored. */
  async #change(
    origin: string,
    change: (presets: Presets) => Presets | PresetError,
    feedback: () => Partial<PresetsState> = () => ({}),
    renamed?: PresetId,
  ): Promise<void> {
    let reason: PresetError | undefined;
    try {
      await this.#storage.change(origin, (presets) => {
        const changed = change(presets);
        if (typeof changed !== 'string') return changed;
        reason = changed;
        return presets;
      });
    } catch {
      reason = 'not-kept'; // the disk is full, or the extension's quota is used up
    }
    await this.load();
    const { deleted } = this.#state;
    this.#update({ ...NO_FEEDBACK, ...(reason === undefined ? feedback() : { deleted, error: { reason, renamed } }) });
  }

  #update(changed: Partial<PresetsState>): void {
    this.#state = { ...this.#state, ...changed };
    this.#onChange();
  }
}
