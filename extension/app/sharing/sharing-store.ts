import type { Session } from '../session/session.ts';
import type { Ready } from '../session/session-state.ts';
import type { ExportFormat } from './export-formats.ts';
import type { ApplyMode, ProposedOverrides } from './override-plan.ts';

/** The state of the views for scenarios and sharing. */
export interface SharingState {
  /** The scenario or preset whose changes are shown. */
  readonly expanded: ExpandedScenario | undefined;
  /** The string that was pasted to be imported. */
  readonly pasted: string;
  /** What was copied last, and whether it was written to the clipboard. */
  readonly copied:
    | { readonly copy: ExportFormat | 'phone'; readonly text: string; readonly isWritten: boolean }
    | undefined;
  /** The page URL whose proposal the user dismissed. */
  readonly dismissed: string | undefined;
}

/** A scenario of the site, or a preset of the user, by its name. */
export interface ExpandedScenario {
  readonly by: 'site' | 'user';
  readonly name: string;
}

export interface SharingPorts {
  /** Writes a string to the clipboard; resolves to whether that succeeded. */
  copy(text: string): Promise<boolean>;
  /** The string that the "Copy" button of a format copies. The code is loaded lazily, after the flags. */
  exportText(copy: ExportFormat, site: Ready): string;
  /** Applies proposed overrides, and returns to the flags. */
  apply(proposed: ProposedOverrides, mode: ApplyMode): void;
}

export const INITIAL_SHARING: SharingState = {
  expanded: undefined,
  pasted: '',
  copied: undefined,
  dismissed: undefined,
};

/** Holds what the popup copies, pastes and shows of a scenario. It writes no cookie: the session does. */
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
    if (state.kind === 'ready') await this.copyText(copy, this.#ports.exportText(copy, state));
  }

  async copyText(copy: ExportFormat | 'phone', text: string): Promise<void> {
    this.#update({ copied: undefined }); // so that screen readers announce "Copied" again
    this.#update({ copied: { copy, text, isWritten: await this.#ports.copy(text) } });
  }

  #update(changed: Partial<SharingState>): void {
    this.#sharing = { ...this.#sharing, ...changed };
    this.#onChange();
  }
}
