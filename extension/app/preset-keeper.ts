import { type PresetFile, presetFile, readPresetFile } from './preset-file.ts';
import { adding } from './preset-import.ts';
import type { PresetArchive, SitePresets } from './preset-port.ts';
import {
  deleting,
  moving,
  obstacleTo,
  type Preset,
  type PresetObstacle,
  type Presets,
  presetName,
  renaming,
  restoring,
} from './presets.ts';

/** One preset, by its site and its name. */
export interface PresetPlace {
  readonly origin: string;
  readonly name: string;
}

/** The presets of all sites, and what a person is about to do with them. */
export interface KeptPresets {
  readonly sites: SitePresets;
  /** A preset that was just deleted, and where it stood. */
  readonly deleted: { readonly origin: string; readonly preset: Preset; readonly at: number } | undefined;
  /** Why a deleted preset could not be brought back. */
  readonly obstacle: PresetObstacle | undefined;
  /** The preset that a person goes on with: it was just renamed or restored. */
  readonly current: PresetPlace | undefined;
  /** The preset whose new name is another's. */
  readonly clash: PresetPlace | undefined;
  /** The text to be imported, and what it holds. */
  readonly pasted: string;
  readonly file: PresetFile | { readonly kind: 'unread' };
  /** How many presets were just imported, or that the browser could not keep them. */
  readonly imported: number | 'failed' | undefined;
}

const SETTLED = {
  deleted: undefined,
  obstacle: undefined,
  current: undefined,
  clash: undefined,
  imported: undefined,
} as const;

export const NO_PRESETS: KeptPresets = { ...SETTLED, sites: new Map(), pasted: '', file: { kind: 'empty' } };

/** Looks after the presets of all sites for one person. */
export class PresetKeeper {
  readonly #archive: PresetArchive;
  readonly #onChange: (kept: KeptPresets) => void;
  #kept = NO_PRESETS;
  #looks = 0;

  constructor(archive: PresetArchive, onChange: (kept: KeptPresets) => void) {
    this.#archive = archive;
    this.#onChange = onChange;
  }

  /** The text of a file that holds them all. */
  get exported(): string {
    return presetFile(this.#kept.sites);
  }

  /** Looks for what is kept by now. */
  async look(): Promise<void> {
    this.#looks += 1;
    const look = this.#looks;
    const sites = await this.#archive.all();
    if (look === this.#looks) this.#become({ sites }); // a later look has seen more
  }

  async rename({ origin, name }: PresetPlace, text: string): Promise<void> {
    const to = presetName(text);
    if (to === '' || to === name) return;
    const changed = await this.#change(origin, (presets) => renaming(presets, name, to));
    const isRenamed = changed.every((one) => one.name !== name);
    this.#become(isRenamed ? { current: { origin, name: to } } : { clash: { origin, name } });
  }

  async move({ origin, name }: PresetPlace, by: -1 | 1): Promise<void> {
    await this.#change(origin, (presets) => moving(presets, name, by));
  }

  async delete({ origin, name }: PresetPlace): Promise<void> {
    let deleted: KeptPresets['deleted'];
    await this.#change(origin, (presets) => {
      const at = presets.findIndex((one) => one.name === name);
      const preset = presets[at];
      deleted = preset && { origin, preset, at };
      return deleting(presets, name);
    });
    if (deleted !== undefined) this.#become({ deleted });
  }

  async restore(): Promise<void> {
    const { deleted } = this.#kept;
    if (deleted === undefined) return;
    const { origin, preset, at } = deleted;
    let obstacle: PresetObstacle | undefined;
    await this.#change(origin, (presets) => {
      obstacle = obstacleTo(presets, preset.name);
      return restoring(presets, preset, at);
    });
    // What is in the way may be moved away: then the preset is still on offer.
    this.#become(obstacle === undefined ? { current: { origin, name: preset.name } } : { deleted, obstacle });
  }

  /** Takes a text to be imported, and changes nothing yet. */
  paste(text: string): void {
    const file = readPresetFile(text);
    // What is too large to be read is too large to be shown.
    const isTooLarge = file.kind === 'problem' && file.problem === 'too-large';
    this.#become({ ...SETTLED, pasted: isTooLarge ? '' : text, file });
  }

  /** Takes note of a file that the browser could not read. */
  loseFile(): void {
    this.#become({ ...SETTLED, pasted: '', file: { kind: 'unread' } });
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
          const grown = adding(presets, filed);
          imported += grown.length - presets.length;
          return grown;
        });
      }
      this.#become({ ...SETTLED, pasted: '', file: { kind: 'empty' }, imported });
    } catch {
      // The disk is full, or the browser keeps no more for one extension; what was added stays.
      this.#become({ ...SETTLED, imported: 'failed' });
    }
    await this.look();
  }

  async #change(origin: string, change: (presets: Presets) => Presets): Promise<Presets> {
    const changed = await this.#archive.change(origin, change);
    this.#become(SETTLED);
    await this.look();
    return changed;
  }

  #become(changed: Partial<KeptPresets>): void {
    this.#kept = { ...this.#kept, ...changed };
    this.#onChange(this.#kept);
  }
}
