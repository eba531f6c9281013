import browser, { type Tabs } from 'webextension-polyfill';
import { MANIFEST_LIMITS, MANIFEST_PATH } from '../../../server-lib/wire.ts';
import {
  type BadgeCount,
  type CookieSwap,
  directFetchAccess,
  type ManifestResponse,
  type PageCookies,
  type PagePort,
  type PageRequest,
  type PageResult,
  type PageSnapshot,
} from '../../app/session/page-port.ts';
import { showBadge } from '../tabs/badge.ts';
import { isPinned } from '../tabs/site-permissions.ts';
import { accessCookies, sendRequest } from './injected-actions.ts';
import { type InjectedResult, type SnapshotOptions, takePageSnapshot } from './injected-snapshot.ts';

// The page's own deadline is 5 s; a page that is too busy to keep it must not keep the popup waiting.
const PAGE_TIMEOUT_MS = MANIFEST_LIMITS.milliseconds + 500;

// A page may be frozen, or still loading, for longer than the popup waits. The clock is the same in both.
const deadline = (): number => Date.now() + MANIFEST_LIMITS.milliseconds;

// More pages than these do not follow each other on the way to one function.
const MAX_TRIES = 4;

/** The page in tab `tabId`, reached by functions that run in it under the permission of the click. */
export class TabPage implements PagePort {
  readonly #tabId: number;
  readonly #manifestPaths: () => ReadonlyMap<string, string>;

  /** `manifestPaths`: where sites have their manifests, by origin, as far as that is not the usual path. */
  constructor(tabId: number, manifestPaths: () => ReadonlyMap<string, string> = () => new Map()) {
    this.#tabId = tabId;
    this.#manifestPaths = manifestPaths;
  }

  takeSnapshot(): Promise<PageResult<PageSnapshot>> {
    return withTimeout(PAGE_TIMEOUT_MS, this.#visit(), { kind: 'timed-out' });
  }

  accessCookies(origin: string, swap?: CookieSwap): Promise<PageResult<PageCookies>> {
    return this.#run<[string, CookieSwap | null, number], PageCookies>(accessCookies, [
      origin,
      swap ?? null,
      deadline(),
    ]);
  }

  send(origin: string, request: PageRequest): Promise<PageResult<number>> {
    return this.#run<[string, PageRequest, number], number>(sendRequest, [origin, request, deadline()]);
  }

  reload(): Promise<boolean> {
    return reloadTab(this.#tabId);
  }

  showCount(badgeCount: BadgeCount): void {
    // A badge is no reason to fail: the tab may have closed meanwhile.
    showBadge(this.#tabId, badgeCount).catch(() => {});
  }

  async #visit(): Promise<PageResult<PageSnapshot>> {
    const { bytes, milliseconds } = MANIFEST_LIMITS;
    const order = { path: await this.#manifestPath(), bytes, milliseconds };
    const result = await this.#run<[SnapshotOptions], PageSnapshot>(takePageSnapshot, [order]);
    if (result.kind !== 'done' || result.value.response.kind !== 'blocked-by-page') return result;
    const { origin, pairs: sent } = result.value;
    const answer = await directFetch(this.#tabId, origin, result.value.response.url);
    const cookies = await this.accessCookies(origin);
    if (cookies.kind !== 'done') return cookies;
    return { kind: 'done', value: { ...result.value, response: answer, sent, pairs: cookies.value.pairs } };
  }

  async #manifestPath(): Promise<string> {
    const paths = this.#manifestPaths();
    // A page that changes meanwhile is asked for the other's path: of its own server, and for nothing.
    const url = paths.size === 0 ? undefined : await this.#url();
    return (url !== undefined && URL.canParse(url) && paths.get(new URL(url).origin)) || MANIFEST_PATH;
  }

  async #run<Args extends unknown[], Value>(
    func: (...args: Args) => Promise<InjectedResult<Value>>,
    args: Args,
  ): Promise<PageResult<Value>> {
    let stopWatching = (): void => {};
    const report = new Promise<PageResult<Value>>((resolve) => {
      const send = (): void => void this.#persist(func, args).then(resolve);
      send();
      // A page that the browser keeps for "Back" sleeps with the function in it, and answers nobody.
      stopWatching = watchTabLoads(this.#tabId, send);
    });
    try {
      return await withTimeout(PAGE_TIMEOUT_MS, report, { kind: 'timed-out' });
    } catch {
      return { kind: 'no-access' }; // the extension has been updated: it may not even ask
    } finally {
      stopWatching();
    }
  }

  // A page that leaves takes the function with it, done or not; the page that follows is asked again. What is sent
  // into pages looks at the origin first, and changes nothing that is changed already.
  async #persist<Args extends unknown[], Value>(
    func: (...args: Args) => Promise<InjectedResult<Value>>,
    args: Args,
  ): Promise<PageResult<Value>> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
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
    func: (...args: Args) => Promise<InjectedResult<Value>>,
    args: Args,
  ): Promise<PageResult<Value>> {
    const target = { tabId: this.#tabId };
    const [injection] = await browser.scripting.executeScript({ target, func: func as () => void, args });
    // Firefox answers with an empty list, or with no result, where Chromium rejects.
    const report = injection?.result as InjectedResult<Value> | null | undefined;
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

/**
 * Asks a site for the manifest at `url` in the place of its page, where that forbids the request and the person has let
 * the extension in to the site; elsewhere the answer says why not.
 */
async function directFetch(tabId: number, origin: string, url: string): Promise<ManifestResponse> {
  const { bytes, milliseconds } = MANIFEST_LIMITS;
  // Looked at first: without the permission the request is sent all the same, and only its answer kept from us.
  const detour = directFetchAccess(await cookieStoreOf(tabId), await isPinned(origin));
  if (detour !== 'open') return { kind: 'blocked-by-page', url, detour };
  const report = await takePageSnapshot({ path: url, bytes, milliseconds, site: origin });
  return report.kind === 'done' ? report.value.response : { kind: 'unreachable', isUpgraded: false };
}

async function cookieStoreOf(tabId: number): Promise<string | undefined> {
  try {
    return (await browser.tabs.get(tabId)).cookieStoreId;
  } catch {
    return undefined; // the tab has closed
  }
}

/** Reloads a tab past the cache, waits for it, and tells whether the extension may still reach into it. */
export async function reloadTab(tabId: number): Promise<boolean> {
  let stopWatching = (): void => {};
  const loaded = new Promise<void>((resolve) => {
    stopWatching = watchTabLoads(tabId, resolve);
  });
  try {
    await browser.tabs.reload(tabId, { bypassCache: true });
    // A page that loads for longer is looked at while it loads.
    await withTimeout(LOAD_TIMEOUT_MS, loaded, undefined);
    // One that is too busy for the question may be reached or not: to look at it is the way to find out.
    return await withTimeout(PING_TIMEOUT_MS, canReach(tabId), true);
  } catch {
    return false; // the tab has closed, or the browser lets nobody in any more
  } finally {
    stopWatching();
  }
}

const LOAD_TIMEOUT_MS = 5_000;
const PING_TIMEOUT_MS = 1_000;

// Firefox takes activeTab back at every reload; Chromium keeps it for the origin.
async function canReach(tabId: number): Promise<boolean> {
  const question = { target: { tabId }, func: () => true, injectImmediately: true };
  const [injection] = await browser.scripting.executeScript(question);
  return injection?.result === true;
}

/** Calls `onLoad` each time that a page has loaded in a tab, until the function returned is called. */
function watchTabLoads(tabId: number, onLoad: () => void): () => void {
  const onUpdated = (updated: number, { status }: Tabs.OnUpdatedChangeInfoType): void => {
    if (updated === tabId && status === 'complete') onLoad();
  };
  browser.tabs.onUpdated.addListener(onUpdated);
  return () => browser.tabs.onUpdated.removeListener(onUpdated);
}

/** What `promise` comes to, or `otherwise` where that takes longer than some milliseconds. */
async function withTimeout<Value>(milliseconds: number, promise: Promise<Value>, fallback: Value): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<Value>((resolve) => {
    timer = setTimeout(() => resolve(fallback), milliseconds);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
