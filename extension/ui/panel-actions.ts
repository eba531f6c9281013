import type { Evaluated } from '../app/panel-state.ts';
import type { RequestFilter } from '../app/request-filter.ts';

/** What a person can do in the panel. */
export interface PanelActions {
  filter(change: Partial<RequestFilter>): void;
  clear(): void;
  exportShown(): void;
  readBack(): void;
  /** Shows every flag of an entry. */
  unfold(id: number): void;
  /** The keyboard has come to a flag. */
  focus(evaluated: Evaluated): void;
  /** Opens a flag to be overridden. */
  pick(evaluated: Evaluated): void;
  unpick(): void;
  /** Asks the browser for access to the site; has to follow a click. */
  allow(origin: string): void;
  /** Chooses a variant of the flag that is open; `''` is "No override". */
  choose(flag: string, variant: string): void;
  reload(): void;
  retry(): void;
}
