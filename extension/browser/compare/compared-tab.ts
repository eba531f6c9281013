import browser from 'webextension-polyfill';
import type { ManifestFlag } from '../../../server-lib/wire.ts';
import type { ComparedPage } from '../../app/compare/comparison.ts';
import { type ComparisonNote, restoreChoice } from '../../app/compare/restore-choice.ts';
import { editCookie } from '../../app/session/cookie-edit.ts';
import { type Ready, stateFromSnapshot } from '../../app/session/session-state.ts';
import { setOverride } from '../../app/session/stored-overrides.ts';
import { TabPage, watchTabLoads, withTimeout } from '../page/tab-page.ts';
import { removeNote, storeNote } from './restore-comparisons.ts';

// Together less than the 10 s after which a user is told that a page does not load.
const LOAD_TIMEOUT_MS = 7_000;
const RESTORE_TIMEOUT_MS = 2_000;
const PING_TIMEOUT_MS = 500;
const CAPTURE_TIMEOUT_MS = 3_000;

// Chromium allows two pictures a second (MAX_CAPTURE_VISIBLE_TAB_CALLS_PER_SECOND).
const CAPTURE_INTERVAL_MS = 600;

/** The page in a tab whose variants of one flag are compared. */
export class ComparedTab implements ComparedPage {
  readonly #tabId: number;
  readonly #page: TabPage;
  readonly #flag: string;
  readonly #note: ComparisonNote;
  #site: Ready;
  #lastCapture = Number.NEGATIVE_INFINITY;

  constructor(tabId: number, site: Ready, { name }: ManifestFlag, manifestPaths: () => ReadonlyMap<string, string>) {
    this.#tabId = tabId;
    // A page that never finishes loading is accessed, too.
    this.#page = new TabPage(tabId, manifestPaths, { isImmediate: true });
    this.#flag = name;
    this.#site = site;
    this.#note = { tabId, origin: site.origin, cookie: site.cookie, flag: name, before: site.stored.raw };
  }

  begin(): Promise<void> {
    return storeNote(this.#note);
  }

  async choose(variant: string): Promise<boolean> {
    const { stored, writeError } = await editCookie(this.#page, this.#site, setOverride(this.#flag, variant));
    this.#site = { ...this.#site, stored };
    return writeError === undefined;
  }

  async load(signal: AbortSignal): Promise<boolean> {
    const before = await withTimeout(
      PING_TIMEOUT_MS,
      this.#inject(() => performance.timeOrigin, []),
      undefined,
    );
    let stopWatching = (): void => {};
    const loaded = new Promise<boolean>((resolve) => {
      signal.addEventListener('abort', () => resolve(false));
      stopWatching = watchTabLoads(this.#tabId, async () => {
        // Without a result, the page has been replaced meanwhile, or is an error page: another page may load yet.
        const loadedAt = await this.#inject(waitUntilRendered, [this.#site.origin]);
        if (loadedAt !== undefined && loadedAt !== before) resolve(true);
      });
    });
    try {
      await browser.tabs.reload(this.#tabId, { bypassCache: true });
      return await withTimeout(LOAD_TIMEOUT_MS, loaded, false);
    } finally {
      stopWatching();
    }
  }

  async capture(): Promise<string | undefined> {
    const { active } = await browser.tabs.get(this.#tabId);
    if (!active) await browser.tabs.update(this.#tabId, { active: true });
    const tooEarly = this.#lastCapture + CAPTURE_INTERVAL_MS - performance.now();
    if (tooEarly > 0) await pause(tooEarly);
    this.#lastCapture = performance.now();
    const { windowId } = await browser.tabs.get(this.#tabId);
    const picture = browser.tabs.captureVisibleTab(windowId, { format: 'png' }).catch(() => undefined);
    const image = await withTimeout(CAPTURE_TIMEOUT_MS, picture, undefined);
    // The user may have switched to another tab meanwhile: its picture is discarded.
    const after = await browser.tabs.get(this.#tabId);
    return after.active && after.windowId === windowId ? image : undefined;
  }

  async usedVariant(): Promise<string | undefined> {
    const snapshot = await this.#page.takeSnapshot();
    if (snapshot.kind !== 'done' || snapshot.value.origin !== this.#site.origin) return undefined;
    const state = stateFromSnapshot(snapshot.value);
    if (state.kind !== 'ready') return undefined;
    return state.manifest.flags.find(({ name }) => name === this.#flag)?.current;
  }

  async restore(): Promise<boolean> {
    const isRestored = await withTimeout(RESTORE_TIMEOUT_MS, restoreChoice(this.#page, this.#note), false);
    if (!isRestored) return false;
    await removeNote(this.#note.origin);
    // Not awaited: the page may be one that never finishes loading.
    browser.tabs.reload(this.#tabId).catch(() => {});
    return true;
  }

  /** Runs a function in the page; `undefined` without access to it, or if the page is replaced meanwhile. */
  async #inject<Args extends unknown[]>(
    func: (...args: Args) => Promise<number | undefined> | number,
    args: Args,
  ): Promise<number | undefined> {
    try {
      const injection = { target: { tabId: this.#tabId }, func: func as () => void, args, injectImmediately: true };
      const [injected] = await browser.scripting.executeScript(injection);
      return (injected?.result as number | null | undefined) ?? undefined;
    } catch {
      return undefined;
    }
  }
}

/** Runs in the page: waits until it has loaded and is painted, and returns when it began to load. */
async function waitUntilRendered(origin: string): Promise<number | undefined> {
  if (location.origin !== origin) return undefined;
  if (document.readyState !== 'complete') {
    await new Promise((resolve) => {
      addEventListener('load', resolve);
    });
  }
  await document.fonts.ready;
  await new Promise<void>((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
    setTimeout(resolve, 500); // a page that is not visible is not painted
  });
  return performance.timeOrigin;
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
