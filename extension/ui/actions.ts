import type { Filter, View } from '../app/browsing.ts';
import type { Copy } from '../app/copies.ts';
import type { ApplyMode, Proposed } from '../app/override-plan.ts';
import type { Unfolded } from '../app/share-desk.ts';

/** What a person can do in the popup. */
export interface Actions {
  /** Chooses a variant; `''` is "No override". */
  choose(flag: string, variant: string): void;
  clearAll(): void;
  /** Takes some overrides away at once. */
  cleanUp(flags: readonly string[]): void;
  undo(): void;
  askForGrant(): void;
  giveGrantBack(): void;
  /** Lets the extension in to the site, so that it may ask where the page forbids it. */
  allowDetour(): void;
  reload(): void;
  retry(): void;
  search(text: string): void;
  filter(filter: Filter): void;
  view(view: View): void;
  /** Shows the page with the next variant of a flag, or the previous one. */
  walk(flag: string, by: 1 | -1): void;
  /** Opens the popup in a window of its own; left out where the browser has no windows. */
  detach?(): void;
  readOn(): void;
  /** Pins the site, or unpins it. */
  pin(isPinned: boolean): void;
  openOptions(): void;
  readonly sharing: ShareActions;
}

/** What a person can do with overrides of others, and for others. */
export interface ShareActions {
  /** Applies what is proposed, and shows the flags again. */
  apply(proposed: Proposed, mode: ApplyMode): void;
  /** Shows what a scenario would change; `undefined` folds it again. */
  unfold(unfolded: Unfolded | undefined): void;
  /** Shows the proposal of an address no longer. */
  dismiss(href: string): void;
  copy(copy: Copy): void;
  paste(text: string): void;
  savePreset(name: string): void;
  renamePreset(from: string, to: string): void;
  movePreset(name: string, by: -1 | 1): void;
  deletePreset(name: string): void;
  restorePreset(): void;
}
