import { parseUrl } from '../../../server-lib/wire.ts';
import {
  appendNavigation,
  appendRequest,
  EMPTY_LOG,
  INITIAL_FILTER,
  type LoggedRequest,
  type RequestFilter,
  type RequestLog,
  replaceRequest,
} from './request-log.ts';

/** The panel's state for the inspected tab. The session holds the flags of the tab's page. */
export interface PanelState {
  readonly log: RequestLog;
  readonly filter: RequestFilter;
  /** The number of newest entries that are rendered. */
  readonly entryLimit: number;
  /** The entries that show all of their flags. */
  readonly expanded: ReadonlySet<number>;
  /** The flag that has the keyboard focus. */
  readonly focus: LoggedFlag | undefined;
  /** The flag that the user selected to override. */
  readonly selected: LoggedFlag | undefined;
  /** The origin of the page in the tab, derived from the requests; `undefined` until it is known. */
  readonly site: string | undefined;
  /** Whether the user or the browser refused the permission for the site. */
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

/** Adds a request that has ended. Before the first navigation, the first document counts as the page. */
export function addRequest(state: PanelState, request: LoggedRequest): PanelState {
  const site = state.site ?? (request.type === 'document' ? originOf(request.url) : undefined);
  return { ...state, log: appendRequest(state.log, request), site };
}

/** Replaces what is known of a request. */
export function updateRequest(state: PanelState, id: number, request: LoggedRequest): PanelState {
  return { ...state, log: replaceRequest(state.log, id, request) };
}

/** Adds a navigation to another page. */
export function addNavigation(state: PanelState, url: string, isLate: boolean): PanelState {
  return { ...state, log: appendNavigation(state.log, url, isLate), site: originOf(url), isRefused: false };
}

/** Selects a flag to override, on the page's site if it is known, else on the request's. */
export function selectFlag(state: PanelState, selected: LoggedFlag): PanelState {
  const entry = state.log.entries.find(({ id }) => id === selected.id);
  return { ...state, selected, focus: selected, site: state.site ?? originOf(entry?.url), isRefused: false };
}

/** Shows every flag of an entry. */
export function expandEntry(state: PanelState, id: number): PanelState {
  return { ...state, expanded: new Set(state.expanded).add(id) };
}

/** Renders more of the earlier entries. */
export function showEarlier(state: PanelState): PanelState {
  return { ...state, entryLimit: state.entryLimit + PAGE_SIZE };
}

/** The origin of an http or https URL; `undefined` for any other string. */
export function originOf(url: string | undefined): string | undefined {
  return url !== undefined && /^https?:/.test(url) ? parseUrl(url)?.origin : undefined;
}

/** The user's actions in the panel. */
export interface PanelActions {
  filter(change: Partial<RequestFilter>): void;
  clear(): void;
  exportShown(): void;
  showEarlier(): void;
  /** Shows every flag of an entry. */
  expand(id: number): void;
  /** Notes which flag has the focus. */
  focus(evaluated: LoggedFlag): void;
  /** Opens a flag to be overridden. */
  select(evaluated: LoggedFlag): void;
  deselect(): void;
  /** Requests the permission for the site; must be called in a click handler. */
  allowSite(origin: string): void;
  /** Chooses a variant of the selected flag; `''` is "Site’s choice". */
  choose(flag: string, variant: string): void;
  /** Removes several entries of the cookie. */
  removeOverrides(names: readonly string[]): void;
  reload(): void;
  retry(): void;
}
