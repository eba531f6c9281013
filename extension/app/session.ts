import { editCookie } from './cookie-edit.ts';
import { flagRows } from './flag-rows.ts';
import type { PagePort } from './ports.ts';
import { type Ready, type SessionState, stateOf, type Trouble } from './session-state.ts';
import { type Change, choosing, countOf, readStored } from './stored-overrides.ts';

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
  #looking = false;

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
    return this.#edit(choosing(flag, variant), undefined);
  }

  /** Takes every override away; "Undo" brings them back. */
  clearAll(): Promise<void> {
    const state = this.#state;
    return this.#edit(() => new Map(), 'stored' in state ? state.stored.variants : undefined);
  }

  /** Brings back what "Clear all overrides" took away. */
  undo(): Promise<void> {
    const state = this.#state;
    const cleared = state.kind === 'ready' ? state.cleared : undefined;
    return this.#edit((overrides) => new Map([...(cleared ?? []), ...overrides]), undefined);
  }

  /** Reloads the page; resolves to whether the popup can go on, or has lost its permission with the old page. */
  async reload(): Promise<boolean> {
    const canGoOn = await this.#page.reload();
    this.#showCount();
    if (canGoOn) await this.#look();
    return canGoOn;
  }

  /** Takes over what another window, or the page itself, has done to the cookie since. */
  async refresh(): Promise<void> {
    const state = this.#state;
    if (state.kind !== 'ready' || this.#isBusy) return;
    const errand = await this.#page.touchCookies(state.origin);
    if (this.#isBusy || errand.kind === 'timed-out') return;
    const isSame = errand.kind === 'done' && readStored(errand.value.pairs, state.cookie.name).raw === state.stored.raw;
    if (!isSame) await this.#look('changed');
  }

  get #isBusy(): boolean {
    return this.#looking || this.#editsWaiting > 0;
  }

  #edit(change: Change, cleared: ReadonlyMap<string, string> | undefined): Promise<void> {
    this.#editsWaiting += 1;
    this.#edits = this.#edits.then(async () => {
      const wasWritten = await this.#write(change, cleared);
      this.#editsWaiting -= 1;
      // What the server makes of it; not between two clicks of somebody who is quick.
      if (wasWritten && this.#editsWaiting === 0) void this.#look('written');
    });
    return this.#edits;
  }

  async #write(change: Change, cleared: ReadonlyMap<string, string> | undefined): Promise<boolean> {
    const state = this.#state;
    if (!('stored' in state)) return false;
    const { stored, trouble } = await editCookie(this.#page, state, change);
    this.#latestLook += 1;
    this.#looking = false;
    const changed = stored.raw !== state.stored.raw;
    const written = { stored, trouble };
    const isReady = state.kind === 'ready';
    this.#become(
      isReady ? { ...state, ...written, cleared, changed: state.changed || changed } : { ...state, ...written },
    );
    this.#showCount();
    return trouble === undefined;
  }

  async #look(after?: 'written' | 'changed'): Promise<void> {
    this.#latestLook += 1;
    const look = this.#latestLook;
    this.#looking = true;
    const next = await this.#seen();
    if (look !== this.#latestLook) return;
    this.#looking = false;
    this.#become(next.kind === 'ready' && after !== undefined ? this.#continued(next, after) : next);
    this.#showCount();
  }

  async #seen(): Promise<SessionState> {
    const visit = await this.#page.visit();
    if (visit.kind !== 'done') return { kind: 'unreachable-page', failure: visit.kind };
    const cookies = await this.#page.touchCookies(visit.value.origin);
    if (cookies.kind !== 'done') return { kind: 'unreachable-page', failure: cookies.kind };
    return stateOf(visit.value, cookies.value.pairs);
  }

  // A later look at the same site keeps what only this popup knows.
  #continued(next: Ready, after: 'written' | 'changed'): Ready {
    const before = this.#state;
    if (before.kind !== 'ready' || before.origin !== next.origin) return next;
    const isUnheard = flagRows(next.manifest, next.stored, true).some(({ doubt }) => doubt?.kind === 'not-used');
    const trouble: Trouble | undefined = after === 'written' && isUnheard ? { kind: 'not-received' } : undefined;
    return { ...next, changed: before.changed || after === 'changed', cleared: before.cleared, trouble };
  }

  #become(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  #showCount(): void {
    const state = this.#state;
    if (!('stored' in state)) return;
    this.#page.showCount({ origin: state.origin, cookie: state.cookie.name, count: countOf(state.stored) });
  }
}
