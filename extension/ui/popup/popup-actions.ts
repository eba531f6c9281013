import type { Filter, View } from '../../app/flags/browsing-store.ts';
import type { ExportFormat } from '../../app/sharing/export-formats.ts';
import type { ApplyMode, ProposedOverrides } from '../../app/sharing/override-plan.ts';
import type { ExpandedScenario } from '../../app/sharing/sharing-store.ts';

/** What a person can do in the popup. */
export interface PopupActions {
  /** Chooses a variant; `''` is "No override". */
  choose(flag: string, variant: string): void;
  clearAll(): void;
  /** Takes some overrides away at once. */
  removeOverrides(flags: readonly string[]): void;
  undo(): void;
  requestGrant(): void;
  revokeGrant(): void;
  /** Lets the extension in to the site, so that it may ask where the page forbids it. */
  allowDirectFetch(): void;
  reload(): void;
  retry(): void;
  search(text: string): void;
  filter(filter: Filter): void;
  view(view: View): void;
  /** Shows the page with the next variant of a flag, or the previous one. */
  cycleVariant(flag: string, by: 1 | -1): void;
  /** Opens the popup in a window of its own; left out where the browser has no windows. */
  detach?(): void;
  loadMore(): void;
  /** Pins the site, or unpins it. */
  pin(isPinned: boolean): void;
  openOptions(): void;
  readonly sharing: SharingActions;
}

/** What a person can do with overrides of others, and for others. */
export interface SharingActions {
  /** Applies what is proposed, and shows the flags again. */
  apply(proposed: ProposedOverrides, mode: ApplyMode): void;
  /** Shows what a scenario would change; `undefined` folds it again. */
  expand(expanded: ExpandedScenario | undefined): void;
  /** Shows the proposal of an address no longer. */
  dismiss(href: string): void;
  copy(copy: ExportFormat): void;
  paste(text: string): void;
  savePreset(name: string): void;
  renamePreset(from: string, to: string): void;
  movePreset(name: string, by: -1 | 1): void;
  deletePreset(name: string): void;
  restorePreset(): void;
}
