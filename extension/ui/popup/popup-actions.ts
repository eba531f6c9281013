import type { Filter, View } from '../../app/flags/browsing-store.ts';
import type { PresetId, PresetsState } from '../../app/presets/presets-store.ts';
import type { ExportFormat } from '../../app/sharing/export-formats.ts';
import type { ApplyMode, ProposedOverrides } from '../../app/sharing/override-plan.ts';
import type { ExpandedScenario } from '../../app/sharing/sharing-store.ts';
import type { ContextField, RefusedValues } from '../../app/view-as/context-fields.ts';

/** The user's actions in the popup. */
export interface PopupActions {
  /** Chooses a variant; `''` is "Site’s choice". */
  choose(flag: string, variant: string): void;
  clearAll(): void;
  /** Removes the overrides of several flags. */
  removeOverrides(flags: readonly string[]): void;
  undo(): void;
  /** Makes the server list the flags of each page without an override. */
  watch(): void;
  stopWatching(): void;
  requestGrant(): void;
  revokeGrant(): void;
  /** Asks for access to the site, so that the extension can fetch the manifest if the page's policy blocks it. */
  allowDirectFetch(): void;
  reload(): void;
  retry(): void;
  search(text: string): void;
  filter(filter: Filter): void;
  view(view: View): void;
  /** Overrides a flag with its next or previous variant, and reloads the page. */
  cycleVariant(flag: string, by: 1 | -1): void;
  /** Opens the popup in its own window; missing if the browser has no windows. */
  detach?(): void;
  /** Compares the variants of a flag in a window; missing if there is no other window for it. */
  compare?(flag: string): void;
  loadMore(): void;
  /** Pins or unpins the site; missing if there is one site only. */
  pin?(isPinned: boolean): void;
  /** Missing if there are no options. */
  openOptions?(): void;
  readonly sharing: SharingActions;
}

/** What the user enters in the "View as" view. */
export interface ViewAsInput {
  readonly refused: RefusedValues;
  /** Simulates a value if the site allows it; `''` ends it. `undefined` is text that the browser could not read. */
  enter(field: ContextField, text: string | undefined): void;
}

/** The user's actions on presets. */
export interface PresetActions {
  /** Saves overrides under a name; replaces the preset that has it. */
  save(preset: PresetId, overrides: ReadonlyMap<string, string>): void;
  rename(preset: PresetId, to: string): void;
  move(preset: PresetId, by: -1 | 1): void;
  delete(preset: PresetId): void;
  restore(): void;
}

/** The presets of a site, and the user's actions on them. */
export interface EditablePresets extends PresetActions {
  readonly state: PresetsState;
}

/** The user's actions for sharing overrides, and for scenarios. */
export interface SharingActions {
  /** Applies proposed overrides, and returns to the flags. */
  apply(proposed: ProposedOverrides, mode: ApplyMode): void;
  /** Shows what a scenario would change; `undefined` hides it again. */
  expand(expanded: ExpandedScenario | undefined): void;
  /** Hides the proposal of a page URL. */
  dismiss(href: string): void;
  copy(copy: ExportFormat): void;
  copyText(copy: 'phone', text: string): void;
  paste(text: string): void;
}
