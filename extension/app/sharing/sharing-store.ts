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

/** What a person is about to take from elsewhere, or to take away. */
export interface SharingState {
  readonly presets: Presets;
  /** A preset that was just deleted, and where it stood. */
  readonly deleted: { readonly preset: Preset; readonly at: number } | undefined;
  /** Why the last change of a preset was not made. */
  readonly error: PresetError | undefined;
  /** The scenario whose plan is shown, and whether it is the site's or the person's own. */
  readonly expanded: ExpandedScenario | undefined;
  /** What was pasted to be imported. */
  readonly pasted: string;
  /** What was copied last, and whether the clipboard took it. */
  readonly copied: { readonly copy: ExportFormat; readonly text: string; readonly isTaken: boolean } | undefined;
  /** The address whose proposal the person does not want to see. */
  readonly dismissed: string | undefined;
}

/** One scenario: by the site or by the person, under its name. */
export interface ExpandedScenario {
  readonly by: 'site' | 'person';
  readonly name: string;
}

export interface SharingPorts {
  readonly presets: PresetStorage;
  /** Puts a text on the clipboard; resolves to whether the browser let it. */
  copy(text: string): Promise<boolean>;
  /** The text that "Copy" of one form copies. It comes with the view that asks for it, later than the flags. */
  exportText(copy: ExportFormat, site: Ready): string;
  /** Applies what is proposed, and shows the flags again. */
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

/** What one popup's person shares: presets, and what is copied and pasted. It writes no cookie: that is the session's. */
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

  /** Looks for the presets of the site. */
  async loadPresets(): Promise<void> {
    const origin = this.#origin;
    if (origin === undefined) return;
    const presets = await this.#ports.presets.read(origin);
    if (origin === this.#origin) this.#become({ presets });
  }

  expand(expanded: ExpandedScenario | undefined): void {
    this.#become({ expanded });
  }

  paste(pasted: string): void {
    this.#become({ pasted });
  }

  dismiss(dismissed: string): void {
    this.#become({ dismissed });
  }

  async copy(copy: ExportFormat): Promise<void> {
    const { state } = this.#session;
    if (state.kind !== 'ready') return;
    const text = this.#ports.exportText(copy, state);
    this.#become({ copied: undefined }); // so that "Copied" is said again
    this.#become({ copied: { copy, text, isTaken: await this.#ports.copy(text) } });
  }

  /** Saves the overrides as they are now. */
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
    if (deleted !== undefined) this.#become({ deleted });
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

  /** Changes the site's presets, or says what is in the way. A preset that was deleted stays on offer then. */
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
      if (origin === this.#origin) this.#become({ presets, deleted, error });
    } catch {
      this.#become({ error: 'not-kept' }); // the browser keeps no more for one extension
    }
  }

  #become(changed: Partial<SharingState>): void {
    this.#sharing = { ...this.#sharing, ...changed };
    this.#onChange();
  }
}
