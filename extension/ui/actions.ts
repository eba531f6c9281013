/** What a person can do in the popup. */
export interface Actions {
  /** Chooses a variant; `''` is "No override". */
  choose(flag: string, variant: string): void;
  clearAll(): void;
  undo(): void;
  askForGrant(): void;
  giveGrantBack(): void;
  reload(): void;
  retry(): void;
  search(text: string): void;
  readOn(): void;
}
