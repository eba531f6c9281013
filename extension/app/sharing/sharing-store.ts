import {
  deletePreset,
  movePreset,
  type Preset,
  type PresetError,
  type PresetStorage,
  type Presets,
  presetName,
  presetNameError,
  renamePreset,
  restorePreset,
  savePreset,
} from '../presets/presets.ts';
import type { Session } from '../session/session.ts';
import type { Ready } from '../session/session-state.ts';
import type { ExportFormat } from './export-formats.ts';
import type { ApplyMode, ProposedOverrides } from './override-plan.ts';

/** The state of the views for scenarios and sharing. */
export interface SharingState {
  readonly presets: Presets;
  /** A preset that was just deleted, and its position. */
  readonly deleted: { readonly preset: Preset; readonly at: number } | undefined;
  /** Why the last change of a preset failed. */
  readonly error: PresetError | undefined;
  /** The scenario or preset whose changes are shown. */
  readonly expanded: ExpandedScenario | undefined;
  /** The string that was pasted to be imported. */
  readonly pasted: string;
  /** What was copied last, and whether it was written to the clipboard. */
  readonly copied: { readonly copy: ExportFormat; readonly text: string; readonly isWritten: boolean } | undefined;
  /** The page URL whose proposal the user dismissed. */
  readonly dismissed: string | undefined;
}

/** A scenario of the site, or a preset of the user, by its name. */
export interface ExpandedScenario {
  readonly by: 'site' | 'user';
  readonly name: string;
}

export interface SharingPorts {
  readonly presets: PresetStorage;
  /** Writes a string to the clipboard; resolves to whether that succeeded. */
  copy(text: string): Promise<boolean>;
  /** The string that the "Copy" button of a format copies. The code is loaded lazily, after the flags. */
  exportText(copy: ExportFormat, site: Ready): string;
  /** Applies proposed overrides, and returns to the flags. */
  apply(proposed: ProposedOverrides, mode: ApplyMode): void;
}

export const INITIAL_SHARING: SharingState = {
  presets: [],
  deleted: undefined,
  error: undefined,
  expanded: undefined,
  pasted: '',
  copied: undefined,
  dismissed: undefined,
};

/** Holds what the popup copies, pastes and saves as presets. It writes no cookie: the session does. */
export class SharingStore {
  readonly #session: Pick<Session, 'state'>;
  readonly #ports: SharingPorts;
  readonly #onChange: () => void;
  #sharing = INITIAL_SHARING;

  constructor(session: Pick<Session, 'state'>, ports: SharingPorts, onChange: () => void) {
    this.#session = session;
    this.#ports = ports;
    this.#onChange = onChange;
  }

  get sharing(): SharingState {
    return this.#sharing;
  }

  apply(proposed: ProposedOverrides, mode: ApplyMode): void {
    this.#ports.apply(proposed, mode);
  }

  /** Reads the presets of the site from the storage. */
  async loadPresets(): Promise<void> {
    const origin = this.#origin;
    if (origin === undefined) return;
    const presets = await this.#ports.presets.read(origin);
    if (origin === this.#origin) this.#update({ presets });
  }

  expand(expanded: ExpandedScenario | undefined): void {
    this.#update({ expanded });
  }

  paste(pasted: string): void {
    this.#update({ pasted });
  }

  dismiss(dismissed: string): void {
    this.#update({ dismissed });
  }

  async copy(copy: ExportFormat): Promise<void> {
    const { state } = this.#session;
    if (state.kind !== 'ready') return;
    const text = this.#ports.exportText(copy, state);
    this.#update({ copied: undefined }); // so that screen readers announce "Copied" again
    this.#update({ copied: { copy, text, isWritten: await this.#ports.copy(text) } });
  }

  /** Saves the current overrides as a preset. */
  async savePreset(name: string): Promise<void> {
    const { state } = this.#session;
    if (state.kind !== 'ready') return;
    await this.#change((presets) => {
      const error = presetNameError(presets, name);
      // A preset of this name is replaced.
      return error === undefined || error === 'taken' ? savePreset(presets, name, state.stored.variants) : error;
    });
  }

  async renamePreset(from: string, to: string): Promise<void> {
    await this.#change((presets) => {
      const error = presetName(to) === from ? undefined : presetNameError(presets, to);
      return error === undefined || error === 'full' ? renamePreset(presets, from, to) : error;
    });
  }

  async movePreset(name: string, by: -1 | 1): Promise<void> {
    await this.#change((presets) => movePreset(presets, name, by));
  }

  async deletePreset(name: string): Promise<void> {
    let deleted: SharingState['deleted'];
    await this.#change((presets) => {
      const at = presets.findIndex((one) => one.name === name);
      const preset = presets[at];
      deleted = preset && { preset, at };
      return deletePreset(presets, name);
    });
    if (deleted !== undefined) this.#update({ deleted });
  }

  async restorePreset(): Promise<void> {
    const { deleted } = this.#sharing;
    if (deleted === undefined) return;
    const { preset, at } = deleted;
    await this.#change((presets) => presetNameError(presets, preset.name) ?? restorePreset(presets, preset, at));
  }

  get #origin(): string | undefined {
    const { state } = this.#session;
    return state.kind === 'ready' ? state.origin : undefined;
  }

  /** Changes the site's presets, or reports an error. After an error, a deleted preset can still be restored. */
  async #change(change: (presets: Presets) => Presets | PresetError): Promise<void> {
    const origin = this.#origin;
    if (origin === undefined) return;
    let error: PresetError | undefined;
    try {
      const presets = await this.#ports.presets.change(origin, (before) => {
        const changed = change(before);
        error = typeof changed === 'string' ? changed : undefined;
        return typeof changed === 'string' ? before : changed;
      });
      const deleted = error === undefined ? undefined : this.#sharing.deleted;
      if (origin === this.#origin) this.#update({ presets, deleted, error });
    } catch {
      this.#update({ error: 'not-kept' }); // the disk is full, or the extension's quota is used up
    }
  }

  #update(changed: Partial<SharingState>): void {
    this.#sharing = { ...this.#sharing, ...changed };
    this.#onChange();
  }
}
