import { MANIFEST_LIMITS, MANIFEST_PATH } from '../../server-lib/wire.ts';
import type {
  CookieSwap,
  PageCookies,
  PagePort,
  PageRequest,
  PageResult,
  PageSnapshot,
} from '../app/session/page-port.ts';
import { accessCookies, sendRequest } from '../browser/page/injected-actions.ts';
import { takePageSnapshot } from '../browser/page/injected-snapshot.ts';

const deadline = (): number => Date.now() + MANIFEST_LIMITS.milliseconds;

/** The site whose page this is. It works with the functions that the extension runs in the pages of sites. */
export class SitePage implements PagePort {
  readonly #returnTo: string;

  /** `returnTo`: the path of the site's page that follows this one. */
  constructor(returnTo: string) {
    this.#returnTo = returnTo;
  }

  takeSnapshot(): Promise<PageResult<PageSnapshot>> {
    const { bytes, milliseconds } = MANIFEST_LIMITS;
    // The document has a link to the manifest, wherever the site serves it.
    return takePageSnapshot({ path: MANIFEST_PATH, bytes, milliseconds });
  }

  accessCookies(origin: string, swap?: CookieSwap): Promise<PageResult<PageCookies>> {
    return accessCookies(origin, swap ?? null, deadline());
  }

  send(origin: string, request: PageRequest): Promise<PageResult<number>> {
    return sendRequest(origin, request, deadline());
  }

  /** Leaves for the site's page, as the server renders it now. Never resolves, because this page ends. */
  async reload(): Promise<boolean> {
    // The browser's cache may have the page with another variant. If this fails, the navigation shows why.
    await fetch(this.#returnTo, { cache: 'reload', signal: AbortSignal.timeout(MANIFEST_LIMITS.milliseconds) })
      .then((response) => response.arrayBuffer())
      .catch(() => {});
    location.assign(this.#returnTo);
    return new Promise(() => {});
  }

  showCount(): void {} // there is no toolbar button
}
