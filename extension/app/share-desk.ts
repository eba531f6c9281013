import { type Copy, copyOf, type Programs } from './copies.ts';
import type { ApplyMode, Proposed } from './override-plan.ts';
import type { PresetPort } from './preset-port.ts';
import { deleting, moving, type Preset, type Presets, renaming, restoring, saving } from './presets.ts';
import type { Session } from './session.ts';

/** What a person is about to take from elsewhere, or to take away. */
export interface Sharing {
  readonly presets: Presets;
  /** A preset that was just deleted, and where it stood. */
  readonly deleted: { readonly preset: Preset; readonly at: number } | undefined;
  /** The scenario whose plan is shown, and whether it is the site's or the person's own. */
  readonly unfolded: Unfolded | undefined;
  /** What was pasted to be imported. */
  readonly pasted: string;
  /** What was copied last, and whether the clipboard took it. */
  readonly copied: { readonly copy: Copy; readonly text: string; readonly isTaken: boolean } | undefined;
  /** The address whose proposal the person does not want to see. */
  readonly dismissed: string | undefined;
}

/** One scenario: by the site or by the person, under its name. */
export interface Unfolded {
  readonly by: 'site' | 'person';
  readonly name: string;
}

export interface SharePorts {
  readonly presets: PresetPort;
  /** Puts a text on the clipboard; resolves to whether the browser let it. */
  copy(text: string): Promise<boolean>;
  readonly programs: Programs;
  /** Applies what is proposed, and shows the flags again. */
  apply(proposed: Proposed, mode: ApplyMode): void;
}

export const NOTHING_SHARED: Sharing = {
  presets: [],
  deleted: undefined,
  unfolded: undefined,
  pasted: '',
  copied: undefined,
  dismissed: undefined,
};

/** What one popup's person shares: presets, and what is copied and pasted. It writes no cookie: that is the session's. */
export class ShareDesk {
  readonly #session: Pick<Session, 'state'>;
  readonly #ports: SharePorts;
  readonly #onChange: () => void;
  #sharing = NOTHING_SHARED;

  constructor(session: Pick<Session, 'state'>, ports: SharePorts, onChange: () => void) {
    this.#session = session;
    this.#ports = ports;
    this.#onChange = onChange;
  }

  get sharing(): Sharing {
    return this.#sharing;
  }

  apply(proposed: Proposed, mode: ApplyMode): void {
    this.#ports.apply(proposed, mode);
  }

  /** Looks for the presets of the site. */
  async open(): Promise<void> {
    const origin = this.#origin;
    if (origin !== undefined) this.#become({ presets: await this.#ports.presets.read(origin) });
  }

  unfold(unfolded: Unfolded | undefined): void {
    this.#become({ unfolded });
  }

  paste(pasted: string): void {
    this.#become({ pasted });
  }

  dismiss(dismissed: string): void {
    this.#become({ dismissed });
  }

  async copy(copy: Copy): Promise<void> {
    const { state } = this.#session;
    if (state.kind !== 'ready') return;
    const text = copyOf(copy, state, this.#ports.programs);
    this.#become({ copied: undefined }); // so that "Copied" is said again
    this.#become({ copied: { copy, text, isTaken: await this.#ports.copy(text) } });
  }

  /** Saves the overrides as they are now. */
  async savePreset(name: string): Promise<void> {
    const { state } = this.#session;
    if (state.kind === 'ready') await this.#change((presets) => saving(presets, name, state.stored.variants));
  }

  async renamePreset(from: string, to: string): Promise<void> {
    await this.#change((presets) => renaming(presets, from, to));
  }

  async movePreset(name: string, by: -1 | 1): Promise<void> {
    await this.#change((presets) => moving(presets, name, by));
  }

  async deletePreset(name: string): Promise<void> {
    const at = this.#sharing.presets.findIndex((preset) => preset.name === name);
    const preset = this.#sharing.presets[at];
    await this.#change((presets) => deleting(presets, name));
    if (preset !== undefined) this.#become({ deleted: { preset, at } });
  }

  async restorePreset(): Promise<void> {
    const { deleted } = this.#sharing;
    if (deleted !== undefined) await this.#change((presets) => restoring(presets, deleted.preset, deleted.at));
  }

  get #origin(): string | undefined {
    const { state } = this.#session;
    return state.kind === 'ready' ? state.origin : undefined;
  }

  async #change(change: (presets: Presets) => Presets): Promise<void> {
    const origin = this.#origin;
    if (origin === undefined) return;
    this.#become({ presets: await this.#ports.presets.change(origin, change), deleted: undefined });
  }

  #become(changed: Partial<Sharing>): void {
    this.#sharing = { ...this.#sharing, ...changed };
    this.#onChange();
  }
}
