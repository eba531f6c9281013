import browser, { type Tabs } from 'webextension-polyfill';
import { MANIFEST_LIMITS, MANIFEST_PATH, parseUrl } from '../../../server-lib/wire.ts';
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

// The function in the page has a deadline of 5 s. A page may be too busy to keep it, so the popup has its own.
const PAGE_TIMEOUT_MS = MANIFEST_LIMITS.milliseconds + 500;

// The page may stay frozen, or keep loading, longer than the popup waits. Popup and page share the system clock.
const deadline = (): number => Date.now() + MANIFEST_LIMITS.milliseconds;

// How often a function is injected again if the page is replaced meanwhile.
const MAX_TRIES = 4;

/** The page in a tab. Its methods inject functions into the page, with the permission from the user's click. */
export class TabPage implements PagePort {
  readonly #tabId: number;
  readonly #manifestPaths: () => ReadonlyMap<string, string>;
  readonly #isImmediate: boolean;

  /**
   * `manifestPaths`: by origin, the manifest's path on sites that have it at another path than the default. `isImmediate`:
   * functions do not wait until the page has loaded.
   */
  constructor(
    tabId: number,
    manifestPaths: () => ReadonlyMap<string, string> = () => new Map(),
    { isImmediate = false } = {},
  ) {
    this.#tabId = tabId;
    this.#manifestPaths = manifestPaths;
    this.#isImmediate = isImmediate;
  }

  takeSnapshot(): Promise<PageResult<PageSnapshot>> {
    return withTimeout(PAGE_TIMEOUT_MS, this.#readSnapshot(), { kind: 'timed-out' });
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
    // Errors are ignored: the tab may have closed meanwhile.
    showBadge(this.#tabId, badgeCount).catch(() => {});
  }

  async #readSnapshot(): Promise<PageResult<PageSnapshot>> {
    const { bytes, milliseconds } = MANIFEST_LIMITS;
    const options = { path: await this.#manifestPath(), bytes, milliseconds };
    const result = await this.#run<[SnapshotOptions], PageSnapshot>(takePageSnapshot, [options]);
    if (result.kind !== 'done' || result.value.response.kind !== 'blocked-by-page') return result;
    const { origin, pairs: sent } = result.value;
    const response = await fetchDirectly(this.#tabId, origin, result.value.response.url);
    const cookies = await this.accessCookies(origin);
    if (cookies.kind !== 'done') return cookies;
    return { kind: 'done', value: { ...result.value, response, sent, pairs: cookies.value.pairs } };
  }

  async #manifestPath(): Promise<string> {
    const paths = this.#manifestPaths();
    // If the tab navigates meanwhile, the other site gets one useless request for this path.
    const url = paths.size === 0 ? undefined : await this.#url();
    return paths.get(parseUrl(url ?? '')?.origin ?? '') || MANIFEST_PATH;
  }

  async #run<Args extends unknown[], Value>(
    func: (...args: Args) => Promise<InjectedResult<Value>>,
    args: Args,
  ): Promise<PageResult<Value>> {
    let stopWatching = (): void => {};
    const result = new Promise<PageResult<Value>>((resolve) => {
      const inject = (): void => void this.#injectWithRetries(func, args).then(resolve);
      inject();
      // A page that moves to the back/forward cache freezes the function, so it runs again in each page that loads.
      stopWatching = watchTabLoads(this.#tabId, inject);
    });
    try {
      return await withTimeout(PAGE_TIMEOUT_MS, result, { kind: 'timed-out' });
    } catch {
      return { kind: 'no-access' }; // the extension has been updated, so its old pages cannot call the API
    } finally {
      stopWatching();
    }
  }

  // When a page unloads, the function ends with it, finished or not; it is then injected into the next page. This is
  // safe, because every injected function checks the origin first, and a repeated swap finds its change already made.
  async #injectWithRetries<Args extends unknown[], Value>(
    func: (...args: Args) => Promise<InjectedResult<Value>>,
    args: Args,
  ): Promise<PageResult<Value>> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      try {
        return await this.#inject(func, args);
      } catch {
        // The error message differs between browsers, so it is not parsed.
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
    const when = this.#isImmediate ? { injectImmediately: true } : {};
    const [injection] = await browser.scripting.executeScript({ target, func: func as () => void, args, ...when });
    // Where Chromium rejects, Firefox resolves to an empty list, or to an entry without a result.
    const result = injection?.result as InjectedResult<Value> | null | undefined;
    if (result === null || result === undefined) throw new Error('the page did not run the function');
    return result;
  }

  /** The tab's URL; `undefined` without permission for the tab. */
  async #url(): Promise<string | undefined> {
    try {
      return (await browser.tabs.get(this.#tabId)).url;
    } catch {
      return undefined; // the tab has closed, or the extension has been updated
    }
  }
}

/**
 * Fetches the manifest at `url` from the extension's page, if the user has given access to the site; otherwise returns
 * why not. Used when the policy of the site's page blocks the request.
 */
async function fetchDirectly(tabId: number, origin: string, url: string): Promise<ManifestResponse> {
  const { bytes, milliseconds } = MANIFEST_LIMITS;
  // Checked first: without the permission, the browser would send the request and only withhold the response.
  const directFetch = directFetchAccess(await cookieStoreOf(tabId), await isPinned(origin));
  if (directFetch !== 'open') return { kind: 'blocked-by-page', url, directFetch };
  const result = await takePageSnapshot({ path: url, bytes, milliseconds, site: origin });
  return result.kind === 'done' ? result.value.response : { kind: 'unreachable', isUpgraded: false };
}

async function cookieStoreOf(tabId: number): Promise<string | undefined> {
  try {
    return (await browser.tabs.get(tabId)).cookieStoreId;
  } catch {
    return undefined; // the tab has closed
  }
}

/** Reloads a tab, bypassing the cache, and waits for it; resolves to whether the extension still has access to it. */
export async function reloadTab(tabId: number): Promise<boolean> {
  let stopWatching = (): void => {};
  const loaded = new Promise<void>((resolve) => {
    stopWatching = watchTabLoads(tabId, resolve);
  });
  try {
    await browser.tabs.reload(tabId, { bypassCache: true });
    // A page that takes longer is read while it loads.
    await withTimeout(LOAD_TIMEOUT_MS, loaded, undefined);
    // If the page is too busy to respond, access is unknown: the next snapshot finds out.
    return await withTimeout(PING_TIMEOUT_MS, canReach(tabId), true);
  } catch {
    return false; // the tab has closed, or the permission is gone
  } finally {
    stopWatching();
  }
}

const LOAD_TIMEOUT_MS = 5_000;
const PING_TIMEOUT_MS = 1_000;

// Firefox revokes activeTab at every reload; Chromium keeps it while the origin stays the same.
async function canReach(tabId: number): Promise<boolean> {
  const ping = { target: { tabId }, func: () => true, injectImmediately: true };
  const [injection] = await browser.scripting.executeScript(ping);
  return injection?.result === true;
}

/** Calls `onLoad` each time a page has loaded in a tab, until the returned function is called. */
export function watchTabLoads(tabId: number, onLoad: () => void): () => void {
  const onUpdated = (updated: number, { status }: Tabs.OnUpdatedChangeInfoType): void => {
    if (updated === tabId && status === 'complete') onLoad();
  };
  browser.tabs.onUpdated.addListener(onUpdated);
  return () => browser.tabs.onUpdated.removeListener(onUpdated);
}

/** Resolves as `promise` does, or to `fallback` if that takes longer than `milliseconds`. */
export async function withTimeout<Value>(
  milliseconds: number,
  promise: Promise<Value>,
  fallback: Value,
): Promise<Value> {
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
