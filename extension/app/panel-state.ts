import { FIRST_FILTER, type RequestFilter } from './request-filter.ts';
import { EMPTY_LOG, logged, navigated, type PageRequestRecord, type RequestLog } from './request-log.ts';

/** What the panel shows of the inspected tab; what its page says of a flag is the session's. */
export interface PanelState {
  readonly log: RequestLog;
  readonly filter: RequestFilter;
  /** How many of the newest entries are drawn. */
  readonly drawn: number;
  /** The entries of which every flag is shown. */
  readonly unfolded: ReadonlySet<number>;
  /** The flag that the keyboard stands on. */
  readonly focus: Evaluated | undefined;
  /** The flag that somebody wants to override. */
  readonly picked: Evaluated | undefined;
  /** The origin of the page in the tab, as far as the requests tell. */
  readonly site: string | undefined;
  /** Whether the browser has refused access to the site when it was asked for. */
  readonly isRefused: boolean;
}

/** A flag that a logged request evaluated. */
export interface Evaluated {
  readonly id: number;
  readonly flag: string;
}

const PORTION = 200;

export const FRESH_PANEL: PanelState = {
  log: EMPTY_LOG,
  filter: FIRST_FILTER,
  drawn: PORTION,
  unfolded: new Set(),
  focus: undefined,
  picked: undefined,
  site: undefined,
  isRefused: false,
};

/** A request has ended. Until the tab goes elsewhere, the first document that is seen is taken for the page. */
export function seeing(state: PanelState, request: PageRequestRecord): PanelState {
  const site = state.site ?? (request.type === 'document' ? originOf(request.url) : undefined);
  return { ...state, log: logged(state.log, request), site };
}

/** The tab shows another page. */
export function arriving(state: PanelState, url: string, isLate: boolean): PanelState {
  return { ...state, log: navigated(state.log, url, isLate), site: originOf(url), isRefused: false };
}

/** Somebody wants to override a flag, of the page where it is known and else of the request itself. */
export function picking(state: PanelState, picked: Evaluated): PanelState {
  const entry = state.log.entries.find(({ id }) => id === picked.id);
  return { ...state, picked, focus: picked, site: state.site ?? originOf(entry?.url), isRefused: false };
}

/** Shows every flag of an entry. */
export function unfolding(state: PanelState, id: number): PanelState {
  return { ...state, unfolded: new Set(state.unfolded).add(id) };
}

/** Draws earlier entries too. */
export function readingBack(state: PanelState): PanelState {
  return { ...state, drawn: state.drawn + PORTION };
}

/** The origin of a web address; `undefined` where it has none. */
export function originOf(url: string | undefined): string | undefined {
  return url !== undefined && /^https?:/.test(url) && URL.canParse(url) ? new URL(url).origin : undefined;
}
