import type {
  BadgeCount,
  CookiePair,
  CookieSwap,
  ManifestResponse,
  PageCookies,
  PageFailure,
  PagePort,
  PageRequest,
  PageResult,
  PageSnapshot,
  PageTimings,
} from '../../../extension/app/session/page-port.ts';
import { isOverrideCookieName, MANIFEST_PATH } from '../../../server-lib/wire.ts';
import { jsonAnswer, siteManifest } from '../../helpers/site-manifest.ts';
import { CookieJar } from './cookie-jar.ts';
import { pageTimings } from './page-timings.ts';

/** A barrier: code that waits while it is closed continues when it opens. */
export class Barrier {
  #opened: Promise<void> | undefined;
  #open: () => void = () => {};

  close(): void {
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open();
    this.#opened = undefined;
  }

  async wait(): Promise<void> {
    await this.#opened;
  }
}

/** A page in a tab, in memory: its cookies are in a jar, and a fake server creates its manifest from them. */
export class FakePage implements PagePort {
  origin = 'https://shop.example';
  path = '/';
  /** The page's timings, in addition to its URL. */
  timings: Partial<PageTimings> = {};
  /** The server's response to a request with a `Cookie` header. */
  server: (cookie: string) => ManifestResponse = (cookie) => jsonAnswer(siteManifest(cookie));
  /** The status of the response to a request that the page sends; 0 is a failed request. */
  grants: (request: PageRequest) => number = () => 404;
  /** The failure of every operation, if any. */
  failure: PageFailure | undefined;
  /** A script of the page that runs just before a swap reads the cookie. */
  beforeSwap: () => void = () => {};
  /** The delay before and after every operation. */
  delay: () => Promise<void> = async () => {};
  hasAccessAfterReload = true;

  /** Holds the server's responses before they arrive. */
  responses = new Barrier();
  /** Holds writes before they happen. */
  writes = new Barrier();

  snapshots = 0;
  cookieAccesses = 0;
  reloads = 0;
  /** The strings that were assigned to `document.cookie`. */
  readonly written: string[] = [];
  readonly badgeCounts: BadgeCount[] = [];

  readonly jar: CookieJar;

  constructor(jar: CookieJar = new CookieJar()) {
    this.jar = jar;
  }

  takeSnapshot(): Promise<PageResult<PageSnapshot>> {
    this.snapshots += 1;
    return this.#perform(async () => {
      if (this.failure !== undefined) return { kind: this.failure };
      const { origin } = this;
      const sent = this.#pairs();
      const response = this.server(this.jar.header(MANIFEST_PATH));
      await this.responses.wait();
      await this.delay();
      return {
        kind: 'done',
        value: {
          origin,
          timings: pageTimings({ href: origin + this.path, ...this.timings }),
          response,
          sent,
          pairs: this.#pairs(),
        },
      };
    });
  }

  accessCookies(origin: string, swap?: CookieSwap): Promise<PageResult<PageCookies>> {
    this.cookieAccesses += 1;
    return this.#perform(async () => {
      if (swap !== undefined) await this.writes.wait();
      if (this.failure !== undefined) return { kind: this.failure };
      if (origin !== this.origin) return { kind: 'elsewhere' };
      return { kind: 'done', value: this.#swapCookie(swap) };
    });
  }

  send(origin: string, request: PageRequest): Promise<PageResult<number>> {
    return this.#perform(async () => {
      if (this.failure !== undefined) return { kind: this.failure };
      return origin === this.origin ? { kind: 'done', value: this.grants(request) } : { kind: 'elsewhere' };
    });
  }

  async reload(): Promise<boolean> {
    this.reloads += 1;
    await this.delay();
    return this.hasAccessAfterReload;
  }

  showCount(badgeCount: BadgeCount): void {
    this.badgeCounts.push(badgeCount);
  }

  async #perform<Value>(act: () => Promise<PageResult<Value>>): Promise<PageResult<Value>> {
    await this.delay();
    const result = await act();
    await this.delay();
    return result;
  }

  #swapCookie(swap: CookieSwap | undefined): PageCookies {
    if (swap !== undefined) this.beforeSwap();
    const found = swap && (this.#pairs().find(([name]) => name === swap.name)?.[1] ?? null);
    const swapped = swap !== undefined && found === swap.expected;
    const deleted = swapped ? this.#deleteOthers(swap) : [];
    if (swapped) {
      this.written.push(swap.text);
      this.jar.write(swap.text);
    }
    const { isEnabled: enabled, isSecureContext: isSecure } = this.jar;
    return { swapped, deleted, pairs: this.#pairs(), enabled, isSecure, path: this.path };
  }

  #deleteOthers({ name, text, others = [] }: CookieSwap): readonly string[] {
    const values = (): readonly string[] => this.#pairs().flatMap(([one, value]) => (one === name ? [value] : []));
    return others.filter((attributes) => {
      const before = values();
      if ((before[0] ?? '') === /=(.*?);/.exec(text)?.[1]) return false;
      this.jar.write(`${name}=; Max-Age=0; ${attributes}`);
      return values().length < before.length;
    });
  }

  #pairs(): readonly CookiePair[] {
    const cookies = this.jar.read(this.path).split('; ').filter(Boolean);
    const pairs = cookies.map((cookie): CookiePair => {
      const equals = cookie.indexOf('=');
      return [cookie.slice(0, equals), cookie.slice(equals + 1)];
    });
    return pairs.filter(([name]) => isOverrideCookieName(name));
  }
}
