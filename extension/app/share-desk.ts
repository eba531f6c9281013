import type { Copy } from './copies.ts';
import type { ApplyMode, Proposed } from './override-plan.ts';
import type { PresetPort } from './preset-port.ts';
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
  saving,
} from './presets.ts';
import type { Session } from './session.ts';
import type { Ready } from './session-state.ts';

/** What a person is about to take from elsewhere, or to take away. */
export interface Sharing {
  readonly presets: Presets;
  /** A preset that was just deleted, and where it stood. */
  readonly deleted: { readonly preset: Preset; readonly at: number } | undefined;
  /** Why the last change of a preset was not made. */
  readonly obstacle: PresetObstacle | undefined;
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
  /** The text that "Copy" of one form copies. It comes with the view that asks for it, later than the flags. */
  textOf(copy: Copy, site: Ready): string;
  /** Applies what is proposed, and shows the flags again. */
  apply(proposed: Proposed, mode: ApplyMode): void;
}

export const NOTHING_SHARED: Sharing = {
  presets: [],
  deleted: undefined,
  obstacle: undefined,
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
    if (origin === undefined) return;
    const presets = await this.#ports.presets.read(origin);
    if (origin === this.#origin) this.#become({ presets });
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
    const text = this.#ports.textOf(copy, state);
    this.#become({ copied: undefined }); // so that "Copied" is said again
    this.#become({ copied: { copy, text, isTaken: await this.#ports.copy(text) } });
  }

  /** Saves the overrides as they are now. */
  async savePreset(name: string): Promise<void> {
    const { state } = this.#session;
    if (state.kind !== 'ready') return;
    await this.#change((presets) => {
      const obstacle = obstacleTo(presets, name);
      // A preset of this name is replaced.
      return obstacle === undefined || obstacle === 'taken' ? saving(presets, name, state.stored.variants) : obstacle;
    });
  }

  async renamePreset(from: string, to: string): Promise<void> {
    await this.#change((presets) => {
      const obstacle = presetName(to) === from ? undefined : obstacleTo(presets, to);
      return obstacle === undefined || obstacle === 'full' ? renaming(presets, from, to) : obstacle;
    });
  }

  async movePreset(name: string, by: -1 | 1): Promise<void> {
    await this.#change((presets) => moving(presets, name, by));
  }

  async deletePreset(name: string): Promise<void> {
    let deleted: Sharing['deleted'];
    await this.#change((presets) => {
      const at = presets.findIndex((one) => one.name === name);
      const preset = presets[at];
      deleted = preset && { preset, at };
      return deleting(presets, name);
    });
    if (deleted !== undefined) this.#become({ deleted });
  }

  async restorePreset(): Promise<void> {
    const { deleted } = this.#sharing;
    if (deleted === undefined) return;
    const { preset, at } = deleted;
    await this.#change((presets) => obstacleTo(presets, preset.name) ?? restoring(presets, preset, at));
  }

  get #origin(): string | undefined {
    const { state } = this.#session;
    return state.kind === 'ready' ? state.origin : undefined;
  }

  /** Changes the site's presets, or says what is in the way. A preset that was deleted stays on offer then. */
  async #change(change: (presets: Presets) => Presets | PresetObstacle): Promise<void> {
    const origin = this.#origin;
    if (origin === undefined) return;
    let obstacle: PresetObstacle | undefined;
    try {
      const presets = await this.#ports.presets.change(origin, (before) => {
        const changed = change(before);
        obstacle = typeof changed === 'string' ? changed : undefined;
        return typeof changed === 'string' ? before : changed;
      });
      const deleted = obstacle === undefined ? undefined : this.#sharing.deleted;
      if (origin === this.#origin) this.#become({ presets, deleted, obstacle });
    } catch {
      this.#become({ obstacle: 'not-kept' }); // the browser keeps no more for one extension
    }
  }

  #become(changed: Partial<Sharing>): void {
    this.#sharing = { ...this.#sharing, ...changed };
    this.#onChange();
  }
}
