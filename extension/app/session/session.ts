import { type FlagRow, flagRows } from '../flags/flag-rows.ts';
import { type ApplyMode, acceptedOverrides, applyOverrides, type ProposedOverrides } from '../sharing/override-plan.ts';
import { editCookie } from './cookie-edit.ts';
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

/** What came before a further look at a page: a write of this popup's, or one of somebody else's. */
export type RefreshCause = 'written' | 'changed';

/** A later look at the same site keeps what only this popup knows. */
function carryOver(before: SessionState, next: SessionState, cause: RefreshCause | undefined): SessionState {
  if (cause === undefined || next.kind !== 'ready' || before.kind !== 'ready' || before.origin !== next.origin) {
    return next;
  }
  const { initiallyOverridden, undo } = before;
  const changed = before.changed || cause === 'changed';
  return { ...next, changed, initiallyOverridden, undo, writeError: nextWriteError(next, before.writeError, cause) };
}

// What went wrong stays said until the next edit; whether the server has heard of the cookie is judged at each look.
function nextWriteError(next: Ready, before: WriteError | undefined, cause: RefreshCause): WriteError | undefined {
  const wasUnheard = before?.kind === 'not-received';
  if (before !== undefined && !wasUnheard) return before;
  // Another window may have written while the manifest was on its way.
  const isUnheard =
    (cause === 'written' || wasUnheard) &&
    flagRows(next.manifest, next.stored, isManifestCurrent(next)).some(isNotUsed);
  return isUnheard ? { kind: 'not-received', name: next.cookie.name } : undefined;
}

// Where nobody can choose, a server has its reasons, named or not.
const isNotUsed = ({ warning, readOnly }: FlagRow): boolean => warning?.kind === 'not-used' && readOnly === undefined;

/** One popup's dealings with the page in one tab: what it shows, and what a person can do. */
export class Session {
  readonly #page: PagePort;
  readonly #listeners = new Set<() => void>();
  #state: SessionState = { kind: 'loading' };
  // One edit at a time, in the order of the clicks; an edit never waits for a look at the manifest.
  #edits: Promise<void> = Promise.resolve();
  #editsWaiting = 0;
  // A look that an edit or a later look has overtaken must not bring back what it saw.
  #latestLook = 0;
  // What is shown is older than the cookie, or not there yet: a look is under way, or due once the edits are written.
  #isOutdated = false;

  constructor(page: PagePort) {
    this.#page = page;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Calls `listener` after each change of the state, until the function returned is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Looks at the page anew, from the beginning. */
  async open(): Promise<void> {
    this.#become({ kind: 'loading' });
    await this.#look();
  }

  /** Overrides one flag at once; `''` takes its override away. Resolves when the cookie has been read back. */
  choose(flag: string, variant: string): Promise<void> {
    return this.#edit(setOverride(flag, variant));
  }

  /** Takes every override away; "Undo" brings them back. */
  clearAll(): Promise<void> {
    return this.#edit(() => new Map(), 'cleared');
  }

  /** Applies what is proposed, as far as the site takes it; "Undo" brings back what was there before. */
  async apply(proposed: ProposedOverrides, mode: ApplyMode): Promise<void> {
    const state = this.#state;
    if (state.kind !== 'ready' || state.manifest.overrides.state !== 'enabled') return;
    await this.#edit(applyOverrides(acceptedOverrides(state.manifest, proposed), mode), 'applied');
  }

  /** Takes the overrides of some flags away; "Undo" brings them back. */
  removeOverrides(flags: readonly string[]): Promise<void> {
    return this.#edit((overrides) => new Map([...overrides].filter(([flag]) => !flags.includes(flag))), 'cleared');
  }

  /** Takes back what was done to many overrides at once. */
  undo(): Promise<void> {
    // Looked for when its turn comes: the edit that it takes back may still be on its way.
    return this.#edit((overrides) => (this.#undo === undefined ? overrides : applyUndo(this.#undo)(overrides)));
  }

  /** Asks the site for leave to override. */
  requestGrant(): Promise<void> {
    return this.#negotiate('POST');
  }

  /** Gives the leave back, and the overrides with it. */
  revokeGrant(): Promise<void> {
    return this.#negotiate('DELETE');
  }

  /** Reloads the page; resolves to whether the popup can go on, or has lost its permission with the old page. */
  async reload(): Promise<boolean> {
    this.#latestLook += 1; // one that is under way looks at a page that goes
    this.#isOutdated = true;
    const canGoOn = await this.#page.reload();
    this.#showCount();
    if (canGoOn) await this.#look();
    return canGoOn;
  }

  /** Whether the page was made without the overrides that are stored by now, and no edit is on its way any more. */
  get isReloadDue(): boolean {
    const state = this.#state;
    return state.kind === 'ready' && state.changed && state.writeError === undefined && this.#editsWaiting === 0;
  }

  /** Takes over what another window, or the page itself, has done to the cookie since. */
  async refresh(): Promise<void> {
    const state = this.#state;
    if (state.kind !== 'ready' || this.#isBusy) return;
    const result = await this.#page.accessCookies(state.origin);
    if (this.#isBusy || result.kind === 'timed-out') return;
    const raw = result.kind === 'done' ? readStored(result.value.pairs, state.cookie.name).raw : undefined;
    if (raw !== state.stored.raw || raw !== state.cookieAtFetch) await this.#look('changed');
  }

  get #isBusy(): boolean {
    return this.#isOutdated || this.#editsWaiting > 0;
  }

  get #undo(): Undo | undefined {
    return this.#state.kind === 'ready' ? this.#state.undo : undefined;
  }

  #edit(change: OverridesChange, undoable?: Undo['kind']): Promise<void> {
    // A click is meant for the site that it was made on, wherever the tab is by the time it is written.
    const origin = 'origin' in this.#state ? this.#state.origin : undefined;
    this.#editsWaiting += 1;
    this.#edits = this.#edits.then(async () => {
      const state = this.#state;
      if ('stored' in state && state.origin === origin) await this.#write(state, change, undoable);
      this.#editsWaiting -= 1;
      // What the server makes of it; not between two clicks of somebody who is quick.
      if (this.#editsWaiting === 0 && this.#isOutdated) void this.#look('written');
    });
    return this.#edits;
  }

  async #write(
    site: ManifestAbsent | ManifestFailed | Ready,
    change: OverridesChange,
    undoable: Undo['kind'] | undefined,
  ): Promise<void> {
    const { before, stored, writeError } = await editCookie(this.#page, site, change);
    this.#latestLook += 1;
    const changed = stored.raw !== site.stored.raw;
    this.#isOutdated ||= changed;
    // Not the state of before: a look may have ended meanwhile.
    const now = this.#state;
    if (!('stored' in now) || now.origin !== site.origin) return;
    if (now.kind !== 'ready') this.#become({ ...now, stored, writeError });
    else {
      const undo = writeError === undefined ? undoable && createUndo(undoable, before, stored.entries) : now.undo;
      this.#become({ ...now, stored, writeError, undo, changed: now.changed || changed });
    }
    this.#showCount();
  }

  async #negotiate(method: 'POST' | 'DELETE'): Promise<void> {
    const state = this.#state;
    const path = state.kind === 'ready' ? state.manifest.overrides.grantUrl : undefined;
    if (state.kind !== 'ready' || path === undefined) return;
    const result = await this.#page.send(state.origin, { method, path });
    const isDone = result.kind === 'done' && (result.value === 200 || result.value === 204);
    if (isDone) return this.#look(method === 'DELETE' ? 'changed' : undefined);
    const error: WriteError =
      result.kind === 'done'
        ? { kind: result.value === 0 ? 'grant-unanswered' : 'grant-refused' }
        : { kind: 'page', failure: result.kind };
    if (this.#state.kind === 'ready') this.#become({ ...this.#state, writeError: error });
  }

  async #look(after?: RefreshCause): Promise<void> {
    this.#latestLook += 1;
    const look = this.#latestLook;
    this.#isOutdated = true;
    const next = await this.#seen();
    if (look !== this.#latestLook) return;
    this.#isOutdated = false;
    this.#become(carryOver(this.#state, next, after));
    this.#showCount();
  }

  async #seen(): Promise<SessionState> {
    const snapshot = await this.#page.takeSnapshot();
    return snapshot.kind === 'done'
      ? stateFromSnapshot(snapshot.value)
      : { kind: 'unreachable-page', failure: snapshot.kind };
  }

  #become(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  #showCount(): void {
    const state = this.#state;
    if (!('stored' in state)) return;
    this.#page.showCount({ origin: state.origin, cookie: state.cookie.name, count: overrideCount(state.stored) });
  }
}
