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

/** The presets of all sites, and what a person is about to do with them. */
export interface PresetsState {
  readonly sites: PresetsBySite;
  /** A preset that was just deleted, and where it stood. */
  readonly deleted: { readonly origin: string; readonly preset: Preset; readonly at: number } | undefined;
  /** Why a deleted preset could not be brought back. */
  readonly error: PresetError | undefined;
  /** The preset that a person goes on with: it was just renamed or restored. */
  readonly current: PresetId | undefined;
  /** The preset whose new name is another's. */
  readonly nameConflict: PresetId | undefined;
  /** The text to be imported, and what it holds. */
  readonly pasted: string;
  readonly file: PresetFile | { readonly kind: 'unread' };
  /** How many presets were just imported, or that the browser could not keep them. */
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

/** Looks after the presets of all sites for one person. */
export class PresetsStore {
  readonly #archive: AllPresetsStorage;
  readonly #onChange: (kept: PresetsState) => void;
  #kept = INITIAL_PRESETS;
  #looks = 0;

  constructor(archive: AllPresetsStorage, onChange: (kept: PresetsState) => void) {
    this.#archive = archive;
    this.#onChange = onChange;
  }

  /** The text of a file that holds them all. */
  get exported(): string {
    return serializePresetFile(this.#kept.sites);
  }

  /** Looks for what is kept by now. */
  async load(): Promise<void> {
    this.#looks += 1;
    const look = this.#looks;
    const sites = await this.#archive.all();
    if (look === this.#looks) this.#become({ sites }); // a later look has seen more
  }

  async rename({ origin, name }: PresetId, text: string): Promise<void> {
    const to = presetName(text);
    if (to === '' || to === name) return;
    const changed = await this.#change(origin, (presets) => renamePreset(presets, name, to));
    const isRenamed = changed.every((one) => one.name !== name);
    this.#become(isRenamed ? { current: { origin, name: to } } : { nameConflict: { origin, name } });
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
    if (deleted !== undefined) this.#become({ deleted });
  }

  async restore(): Promise<void> {
    const { deleted } = this.#kept;
    if (deleted === undefined) return;
    const { origin, preset, at } = deleted;
    let error: PresetError | undefined;
    await this.#change(origin, (presets) => {
      error = presetNameError(presets, preset.name);
      return restorePreset(presets, preset, at);
    });
    // What is in the way may be moved away: then the preset is still on offer.
    this.#become(error === undefined ? { current: { origin, name: preset.name } } : { deleted, error });
  }

  /** Takes a text to be imported, and changes nothing yet. */
  paste(text: string): void {
    const file = parsePresetFile(text);
    // What is too large to be read is too large to be shown.
    const isTooLarge = file.kind === 'problem' && file.problem === 'too-large';
    this.#become({ ...NO_FEEDBACK, pasted: isTooLarge ? '' : text, file });
  }

  /** Takes note of a file that the browser could not read. */
  reportUnreadableFile(): void {
    this.#become({ ...NO_FEEDBACK, pasted: '', file: { kind: 'unread' } });
  }

  /** Adds what is new in the text. */
  async import(): Promise<void> {
    const { file } = this.#kept;
    if (file.kind !== 'presets') return;
    let imported = 0;
    try {
      for (const origin of new Set(file.presets.map((filed) => filed.origin))) {
        const filed = file.presets.flatMap((one) => (one.origin === origin ? one.preset : []));
        await this.#archive.change(origin, (presets) => {
          const grown = addPresets(presets, filed);
          imported += grown.length - presets.length;
          return grown;
        });
      }
      this.#become({ ...NO_FEEDBACK, pasted: '', file: { kind: 'empty' }, imported });
    } catch {
      // The disk is full, or the browser keeps no more for one extension; what was added stays.
      this.#become({ ...NO_FEEDBACK, imported: 'failed' });
    }
    await this.load();
  }

  async #change(origin: string, change: (presets: Presets) => Presets): Promise<Presets> {
    const changed = await this.#archive.change(origin, change);
    this.#become(NO_FEEDBACK);
    await this.load();
    return changed;
  }

  #become(changed: Partial<PresetsState>): void {
    this.#kept = { ...this.#kept, ...changed };
    this.#onChange(this.#kept);
  }
}
