import { type Aftermath, continued } from './continued.ts';
import { editCookie } from './cookie-edit.ts';
import { type ApplyMode, acceptable, applying, type Proposed } from './override-plan.ts';
import type { PagePort } from './ports.ts';
import { type Absent, type Faulty, type Ready, type SessionState, stateOf, type Trouble } from './session-state.ts';
import { type Change, choosing, countOf, readStored } from './stored-overrides.ts';
import { type Undo, undoing, undoOf } from './undo.ts';

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
    return this.#edit(choosing(flag, variant));
  }

  /** Takes every override away; "Undo" brings them back. */
  clearAll(): Promise<void> {
    return this.#edit(() => new Map(), 'cleared');
  }

  /** Applies what is proposed, as far as the site takes it; "Undo" brings back what was there before. */
  async apply(proposed: Proposed, mode: ApplyMode): Promise<void> {
    const state = this.#state;
    if (state.kind !== 'ready' || state.manifest.overrides.state !== 'enabled') return;
    await this.#edit(applying(acceptable(state.manifest, proposed), mode), 'applied');
  }

  /** Takes the overrides of some flags away; "Undo" brings them back. */
  cleanUp(flags: readonly string[]): Promise<void> {
    return this.#edit((overrides) => new Map([...overrides].filter(([flag]) => !flags.includes(flag))), 'cleared');
  }

  /** Takes back what was done to many overrides at once. */
  undo(): Promise<void> {
    // Looked for when its turn comes: the edit that it takes back may still be on its way.
    return this.#edit((overrides) => (this.#undo === undefined ? overrides : undoing(this.#undo)(overrides)));
  }

  /** Asks the site for leave to override. */
  askForGrant(): Promise<void> {
    return this.#negotiate('POST');
  }

  /** Gives the leave back, and the overrides with it. */
  giveGrantBack(): Promise<void> {
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
    return state.kind === 'ready' && state.changed && state.trouble === undefined && this.#editsWaiting === 0;
  }

  /** Takes over what another window, or the page itself, has done to the cookie since. */
  async refresh(): Promise<void> {
    const state = this.#state;
    if (state.kind !== 'ready' || this.#isBusy) return;
    const errand = await this.#page.touchCookies(state.origin);
    if (this.#isBusy || errand.kind === 'timed-out') return;
    const raw = errand.kind === 'done' ? readStored(errand.value.pairs, state.cookie.name).raw : undefined;
    if (raw !== state.stored.raw || raw !== state.manifestSaw) await this.#look('changed');
  }

  get #isBusy(): boolean {
    return this.#isOutdated || this.#editsWaiting > 0;
  }

  get #undo(): Undo | undefined {
    return this.#state.kind === 'ready' ? this.#state.undo : undefined;
  }

  #edit(change: Change, undoable?: Undo['kind']): Promise<void> {
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

  async #write(site: Absent | Faulty | Ready, change: Change, undoable: Undo['kind'] | undefined): Promise<void> {
    const { replaced, stored, trouble } = await editCookie(this.#page, site, change);
    this.#latestLook += 1;
    const changed = stored.raw !== site.stored.raw;
    this.#isOutdated ||= changed;
    // Not the state of before: a look may have ended meanwhile.
    const now = this.#state;
    if (!('stored' in now) || now.origin !== site.origin) return;
    if (now.kind !== 'ready') this.#become({ ...now, stored, trouble });
    else {
      const undo = trouble === undefined ? undoable && undoOf(undoable, replaced, stored.entries) : now.undo;
      this.#become({ ...now, stored, trouble, undo, changed: now.changed || changed });
    }
    this.#showCount();
  }

  async #negotiate(method: 'POST' | 'DELETE'): Promise<void> {
    const state = this.#state;
    const path = state.kind === 'ready' ? state.manifest.overrides.grantUrl : undefined;
    if (state.kind !== 'ready' || path === undefined) return;
    const errand = await this.#page.send(state.origin, { method, path });
    const isDone = errand.kind === 'done' && (errand.value === 200 || errand.value === 204);
    if (isDone) return this.#look(method === 'DELETE' ? 'changed' : undefined);
    const trouble: Trouble =
      errand.kind === 'done'
        ? { kind: errand.value === 0 ? 'grant-unanswered' : 'grant-refused' }
        : { kind: 'page', failure: errand.kind };
    if (this.#state.kind === 'ready') this.#become({ ...this.#state, trouble });
  }

  async #look(after?: Aftermath): Promise<void> {
    this.#latestLook += 1;
    const look = this.#latestLook;
    this.#isOutdated = true;
    const next = await this.#seen();
    if (look !== this.#latestLook) return;
    this.#isOutdated = false;
    this.#become(continued(this.#state, next, after));
    this.#showCount();
  }

  async #seen(): Promise<SessionState> {
    const visit = await this.#page.visit();
    return visit.kind === 'done' ? stateOf(visit.value) : { kind: 'unreachable-page', failure: visit.kind };
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
