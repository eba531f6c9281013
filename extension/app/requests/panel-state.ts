import {
  appendNavigation,
  appendRequest,
  EMPTY_LOG,
  INITIAL_FILTER,
  type LoggedRequest,
  type RequestFilter,
  type RequestLog,
} from './request-log.ts';

/** What the panel shows of the inspected tab; what its page says of a flag is the session's. */
export interface PanelState {
  readonly log: RequestLog;
  readonly filter: RequestFilter;
  /** How many of the newest entries are drawn. */
  readonly entryLimit: number;
  /** The entries of which every flag is shown. */
  readonly expanded: ReadonlySet<number>;
  /** The flag that the keyboard stands on. */
  readonly focus: LoggedFlag | undefined;
  /** The flag that somebody wants to override. */
  readonly selected: LoggedFlag | undefined;
  /** The origin of the page in the tab, as far as the requests tell. */
  readonly site: string | undefined;
  /** Whether the browser has refused access to the site when it was asked for. */
  readonly isRefused: boolean;
}

/** A flag that a logged request evaluated. */
export interface LoggedFlag {
  readonly id: number;
  readonly flag: string;
}

const PAGE_SIZE = 200;

export const INITIAL_PANEL: PanelState = {
  log: EMPTY_LOG,
  filter: INITIAL_FILTER,
  entryLimit: PAGE_SIZE,
  expanded: new Set(),
  focus: undefined,
  selected: undefined,
  site: undefined,
  isRefused: false,
};

/** A request has ended. Until the tab goes elsewhere, the first document that is seen is taken for the page. */
export function addRequest(state: PanelState, request: LoggedRequest): PanelState {
  const site = state.site ?? (request.type === 'document' ? originOf(request.url) : undefined);
  return { ...state, log: appendRequest(state.log, request), site };
}

/** The tab shows another page. */
export function addNavigation(state: PanelState, url: string, isLate: boolean): PanelState {
  return { ...state, log: appendNavigation(state.log, url, isLate), site: originOf(url), isRefused: false };
}

/** Somebody wants to override a flag, of the page where it is known and else of the request itself. */
export function selectFlag(state: PanelState, selected: LoggedFlag): PanelState {
  const entry = state.log.entries.find(({ id }) => id === selected.id);
  return { ...state, selected, focus: selected, site: state.site ?? originOf(entry?.url), isRefused: false };
}

/** Shows every flag of an entry. */
export function expandEntry(state: PanelState, id: number): PanelState {
  return { ...state, expanded: new Set(state.expanded).add(id) };
}

/** Draws earlier entries too. */
export function showEarlier(state: PanelState): PanelState {
  return { ...state, entryLimit: state.entryLimit + PAGE_SIZE };
}

/** The origin of a web address; `undefined` where it has none. */
export function originOf(url: string | undefined): string | undefined {
  return url !== undefined && /^https?:/.test(url) && URL.canParse(url) ? new URL(url).origin : undefined;
}

/** What a person can do in the panel. */
export interface PanelActions {
  filter(change: Partial<RequestFilter>): void;
  clear(): void;
  exportShown(): void;
  showEarlier(): void;
  /** Shows every flag of an entry. */
  expand(id: number): void;
  /** The keyboard has come to a flag. */
  focus(evaluated: LoggedFlag): void;
  /** Opens a flag to be overridden. */
  select(evaluated: LoggedFlag): void;
  deselect(): void;
  /** Asks the browser for access to the site; has to follow a click. */
  allowSite(origin: string): void;
  /** Chooses a variant of the flag that is open; `''` is "No override". */
  choose(flag: string, variant: string): void;
  reload(): void;
  retry(): void;
}
