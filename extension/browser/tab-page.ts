import browser from 'webextension-polyfill';
import { MANIFEST_LIMITS, MANIFEST_PATH } from '../../server-lib/wire.ts';
import type { CookieSwap, Cookies, Errand, PagePort, PageRequest, Tally, Visit } from '../app/ports.ts';
import { showBadge } from './badge.ts';
import { askPastPage } from './detour.ts';
import { type Report, touchCookies, type VisitOrder, visitPage } from './injected.ts';
import { sendRequest } from './injected-send.ts';
import { watchLoads } from './loads.ts';
import { reloadTab } from './reload.ts';
import { within } from './within.ts';

// The page's own deadline is 5 s; a page that is too busy to keep it must not keep the popup waiting.
const PATIENCE_MS = MANIFEST_LIMITS.milliseconds + 500;

// A page may be frozen, or still loading, for longer than the popup waits. The clock is the same in both.
const deadline = (): number => Date.now() + MANIFEST_LIMITS.milliseconds;

// More pages than these do not follow each other on the way to one function.
const MOST_TRIES = 4;

/** The page in tab `tabId`, reached by functions that run in it under the permission of the click. */
export class TabPage implements PagePort {
  readonly #tabId: number;
  readonly #manifestPaths: () => ReadonlyMap<string, string>;

  /** `manifestPaths`: where sites have their manifests, by origin, as far as that is not the usual path. */
  constructor(tabId: number, manifestPaths: () => ReadonlyMap<string, string> = () => new Map()) {
    this.#tabId = tabId;
    this.#manifestPaths = manifestPaths;
  }

  visit(): Promise<Errand<Visit>> {
    return within(PATIENCE_MS, this.#visit(), { kind: 'timed-out' });
  }

  touchCookies(origin: string, swap?: CookieSwap): Promise<Errand<Cookies>> {
    return this.#run<[string, CookieSwap | null, number], Cookies>(touchCookies, [origin, swap ?? null, deadline()]);
  }

  send(origin: string, request: PageRequest): Promise<Errand<number>> {
    return this.#run<[string, PageRequest, number], number>(sendRequest, [origin, request, deadline()]);
  }

  reload(): Promise<boolean> {
    return reloadTab(this.#tabId);
  }

  showCount(tally: Tally): void {
    // A badge is no reason to fail: the tab may have closed meanwhile.
    showBadge(this.#tabId, tally).catch(() => {});
  }

  async #visit(): Promise<Errand<Visit>> {
    const { bytes, milliseconds } = MANIFEST_LIMITS;
    const order = { path: await this.#manifestPath(), bytes, milliseconds };
    const errand = await this.#run<[VisitOrder], Visit>(visitPage, [order]);
    if (errand.kind !== 'done' || errand.value.answer.kind !== 'blocked-by-page') return errand;
    const { origin, pairs: sent } = errand.value;
    const answer = await askPastPage(this.#tabId, origin, errand.value.answer.url);
    const cookies = await this.touchCookies(origin);
    if (cookies.kind !== 'done') return cookies;
    return { kind: 'done', value: { ...errand.value, answer, sent, pairs: cookies.value.pairs } };
  }

  async #manifestPath(): Promise<string> {
    const paths = this.#manifestPaths();
    // A page that changes meanwhile is asked for the other's path: of its own server, and for nothing.
    const url = paths.size === 0 ? undefined : await this.#url();
    return (url !== undefined && URL.canParse(url) && paths.get(new URL(url).origin)) || MANIFEST_PATH;
  }

  async #run<Args extends unknown[], Value>(
    func: (...args: Args) => Promise<Report<Value>>,
    args: Args,
  ): Promise<Errand<Value>> {
    let stopWatching = (): void => {};
    const report = new Promise<Errand<Value>>((resolve) => {
      const send = (): void => void this.#persist(func, args).then(resolve);
      send();
      // A page that the browser keeps for "Back" sleeps with the function in it, and answers nobody.
      stopWatching = watchLoads(this.#tabId, send);
    });
    try {
      return await within(PATIENCE_MS, report, { kind: 'timed-out' });
    } catch {
      return { kind: 'no-access' }; // the extension has been updated: it may not even ask
    } finally {
      stopWatching();
    }
  }

  // A page that leaves takes the function with it, done or not; the page that follows is asked again. What is sent
  // into pages looks at the origin first, and changes nothing that is changed already.
  async #persist<Args extends unknown[], Value>(
    func: (...args: Args) => Promise<Report<Value>>,
    args: Args,
  ): Promise<Errand<Value>> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      try {
        return await this.#inject(func, args);
      } catch {
        // The reason is a sentence of the browser's, in either browser another one.
      }
    }
    const url = await this.#url();
    if (url === undefined) return { kind: 'no-access' };
    return { kind: /^https?:/.test(url) ? 'refused' : 'not-a-web-page' };
  }

  async #inject<Args extends unknown[], Value>(
    func: (...args: Args) => Promise<Report<Value>>,
    args: Args,
  ): Promise<Errand<Value>> {
    const target = { tabId: this.#tabId };
    const [injection] = await browser.scripting.executeScript({ target, func: func as () => void, args });
    // Firefox answers with an empty list, or with no result, where Chromium rejects.
    const report = injection?.result as Report<Value> | null | undefined;
    if (report === null || report === undefined) throw new Error('the page did not run the function');
    return report;
  }

  /** The tab's address; it is not told without the permission of a click. */
  async #url(): Promise<string | undefined> {
    try {
      return (await browser.tabs.get(this.#tabId)).url;
    } catch {
      return undefined; // the tab has closed, or the extension itself has been updated and may ask nothing
    }
  }
}
