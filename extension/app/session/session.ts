import type { Manifest } from '../../../server-lib/wire.ts';
import { type FlagRow, flagRows } from '../flags/flag-rows.ts';
import type { PagePort } from './page-port.ts';
import {
  isManifestCurrent,
  type ManifestAbsent,
  type ManifestFailed,
  type Ready,
  type SessionState,
  stateFromSnapshot,
  type WriteError,
} from './session-state.ts';
import {
  applyUndo,
  createUndo,
  type OverridesChange,
  overrideCount,
  readStored,
  setOverride,
  type Undo,
} from './stored-overrides.ts';

/** Why the page is read again: this popup wrote the cookie, or the page or another window did. */
export type RefreshCause = 'written' | 'changed';

// Not part of the first file, which is painted sooner without it, but loaded by the time of the first click. It cannot be loaded
// if the popup is closed at once.
const cookieEditor = import('./cookie-edit.ts').catch(() => undefined);

/** The popup's session with the page in one tab: the state that it shows, and the edits of the user. */
export class Session {
  readonly #page: PagePort;
  readonly #listeners = new Set<() => void>();
  #state: SessionState = { kind: 'loading' };
  // Edits run one at a time, in the order of the clicks. An edit never waits for the manifest.
  #edits: Promise<void> = Promise.resolve();
  #editsWaiting = 0;
  // Incremented by every refresh and write, so that the result of an overtaken refresh is discarded.
  #latestRefresh = 0;
  // The state is older than the cookie: a refresh is running, or starts when the edits are written.
  #isOutdated = false;

  constructor(page: PagePort) {
    this.#page = page;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Calls `listener` after each change of the state, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Reads the page from scratch, showing the loading state meanwhile. */
  async open(): Promise<void> {
    this.#setState({ kind: 'loading' });
    await this.#refreshPage();
  }

  /** Overrides one flag; `''` removes its override. Resolves when the cookie has been written and read back. */
  choose(flag: string, variant: string): Promise<void> {
    return this.#edit(setOverride(flag, variant));
  }

  /** Removes all overrides; "Undo" restores them. */
  clearAll(): Promise<void> {
    return this.#edit(() => new Map(), 'cleared');
  }

  /** Makes a change of several overrides, computed from what the site accepts; "Undo" restores the previous ones. */
  async apply(changeFor: (manifest: Manifest) => OverridesChange): Promise<void> {
    const state = this.#state;
    if (state.kind !== 'ready' || state.manifest.overrides.state !== 'enabled') return;
    await this.#edit(changeFor(state.manifest), 'applied');
  }

  /** Removes the overrides of some flags; "Undo" restores them. */
  removeOverrides(flags: readonly string[]): Promise<void> {
    return this.#edit((overrides) => new Map([...overrides].filter(([flag]) => !flags.includes(flag))), 'cleared');
  }

  /** Makes the server list the flags of each page although there is no override: an empty cookie is one, too. */
  watch(): Promise<void> {
    return this.#edit((overrides) => overrides, undefined, true);
  }

  /** Deletes the empty cookie. Overrides that another window has added meanwhile stay. */
  stopWatching(): Promise<void> {
    return this.#edit((overrides) => overrides);
  }

  /** Undoes the last edit of several overrides. */
  undo(): Promise<void> {
    // The undo is read when the edit runs: the edit that it reverts may still be waiting.
    return this.#edit((overrides) => (this.#undo === undefined ? overrides : applyUndo(this.#undo)(overrides)));
  }

  /** Requests a grant from the site. */
  requestGrant(): Promise<void> {
    return this.#sendGrantRequest('POST');
  }

  /** Revokes the grant, and removes the overrides with it. */
  revokeGrant(): Promise<void> {
    return this.#sendGrantRequest('DELETE');
  }

  /** Reloads the page; resolves to whether the extension still has access to the page. */
  async reload(): Promise<boolean> {
    this.#latestRefresh += 1; // a running refresh reads the page that is being replaced
    this.#isOutdated = true;
    const hasAccess = await this.#page.reload();
    this.#showCount();
    if (hasAccess) await this.#refreshPage();
    return hasAccess;
  }

  /** Whether the page was rendered without the overrides that are stored now, and no edit is waiting. */
  get isReloadDue(): boolean {
    const state = this.#state;
    return state.kind === 'ready' && state.changed && state.writeError === undefined && this.#editsWaiting === 0;
  }

  /** Reads the page again if another window, or the page itself, has changed the cookie. */
  async refresh(): Promise<void> {
    const state = this.#state;
    if (state.kind !== 'ready' || this.#isBusy) return;
    const result = await this.#page.accessCookies(state.origin);
    if (this.#isBusy || result.kind === 'timed-out') return;
    const raw = result.kind === 'done' ? readStored(result.value.pairs, state.cookie.name).raw : undefined;
    if (raw !== state.stored.raw || raw !== state.cookieAtFetch) await this.#refreshPage('changed');
  }

  get #isBusy(): boolean {
    return this.#isOutdated || this.#editsWaiting > 0;
  }

  get #undo(): Undo | undefined {
    return this.#state.kind === 'ready' ? this.#state.undo : undefined;
  }

  #edit(change: OverridesChange, undoable?: Undo['kind'], keepsEmpty = false): Promise<void> {
    // An edit applies only to the site on which the user clicked: the tab may have navigated before it is written.
    const origin = 'origin' in this.#state ? this.#state.origin : undefined;
    this.#editsWaiting += 1;
    this.#edits = this.#edits.then(async () => {
      const state = this.#state;
      if ('stored' in state && state.origin === origin) await this.#write(state, change, undoable, keepsEmpty);
      this.#editsWaiting -= 1;
      // Fetch the manifest again after the last of several quick clicks.
      if (this.#editsWaiting === 0 && this.#isOutdated) void this.#refreshPage('written');
    });
    return this.#edits;
  }

  async #write(
    site: ManifestAbsent | ManifestFailed | Ready,
    change: OverridesChange,
    undoable: Undo['kind'] | undefined,
    keepsEmpty: boolean,
  ): Promise<void> {
    const editor = await cookieEditor;
    if (editor === undefined) return;
    const { before, stored, writeError, deleted = [] } = await editor.editCookie(this.#page, site, change, keepsEmpty);
    this.#latestRefresh += 1;
    const changed = stored.raw !== site.stored.raw;
    this.#isOutdated ||= changed;
    // The state may have changed during the write: a refresh may have ended.
    const state = this.#state;
    if (!('stored' in state) || state.origin !== site.origin) return;
    if (state.kind !== 'ready') this.#setState({ ...state, stored, writeError, deleted });
    else {
      const undo = writeError === undefined ? undoable && createUndo(undoable, before, stored.entries) : state.undo;
      this.#setState({ ...state, stored, writeError, deleted, undo, changed: state.changed || changed });
    }
    this.#showCount();
  }

  async #sendGrantRequest(method: 'POST' | 'DELETE'): Promise<void> {
    const state = this.#state;
    const path = state.kind === 'ready' ? state.manifest.overrides.grantUrl : undefined;
    if (state.kind !== 'ready' || path === undefined) return;
    const result = await this.#page.send(state.origin, { method, path });
    const isDone = result.kind === 'done' && (result.value === 200 || result.value === 204);
    if (isDone) return this.#refreshPage(method === 'DELETE' ? 'changed' : undefined);
    const error: WriteError =
      result.kind === 'done'
        ? { kind: result.value === 0 ? 'grant-unanswered' : 'grant-refused' }
        : { kind: 'page', failure: result.kind };
    if (this.#state.kind === 'ready') this.#setState({ ...this.#state, writeError: error });
  }

  async #refreshPage(cause?: RefreshCause): Promise<void> {
    this.#latestRefresh += 1;
    const refresh = this.#latestRefresh;
    this.#isOutdated = true;
    const next = await this.#readState();
    if (refresh !== this.#latestRefresh) return;
    this.#isOutdated = false;
    this.#setState(carryOver(this.#state, next, cause));
    this.#showCount();
  }

  async #readState(): Promise<SessionState> {
    const snapshot = await this.#page.takeSnapshot();
    return snapshot.kind === 'done'
      ? stateFromSnapshot(snapshot.value)
      : { kind: 'unreachable-page', failure: snapshot.kind };
  }

  #setState(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  #showCount(): void {
    const state = this.#state;
    if (!('stored' in state)) return;
    this.#page.showCount({ origin: state.origin, cookie: state.cookie.name, count: overrideCount(state.stored) });
  }
}

/** Keeps what only this popup knows when the same site is read again. */
function carryOver(before: SessionState, next: SessionState, cause: RefreshCause | undefined): SessionState {
  if (cause === undefined || next.kind !== 'ready' || before.kind !== 'ready' || before.origin !== next.origin) {
    return next;
  }
  const { initiallyOverridden, undo, deleted } = before;
  const changed = before.changed || cause === 'changed';
  const writeError = nextWriteError(next, before.writeError, cause);
  return { ...next, changed, initiallyOverridden, undo, deleted, writeError };
}

// An error stays until the next edit; whether the server received the cookie is checked at each refresh.
function nextWriteError(next: Ready, before: WriteError | undefined, cause: RefreshCause): WriteError | undefined {
  const wasNotReceived = before?.kind === 'not-received';
  if (before !== undefined && !wasNotReceived) return before;
  // Another window may have written while the manifest was being fetched.
  const isNotReceived =
    (cause === 'written' || wasNotReceived) &&
    flagRows(next.manifest, next.stored, isManifestCurrent(next)).some(isNotUsed);
  return isNotReceived ? { kind: 'not-received', name: next.cookie.name } : undefined;
}

// A read-only flag does not count: the server ignores its override on purpose.
const isNotUsed = ({ warning, readOnly }: FlagRow): boolean => warning?.kind === 'not-used' && readOnly === undefined;
