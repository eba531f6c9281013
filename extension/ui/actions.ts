import type { Filter, View } from '../app/browsing.ts';

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
}
