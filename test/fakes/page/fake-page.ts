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

/** Something to wait at: whoever passes while it is shut goes on when it opens. */
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

/** A page in a tab, in memory: its cookies are in a jar, and its manifest is the answer of a server to these cookies. */
export class FakePage implements PagePort {
  origin = 'https://shop.example';
  path = '/';
  /** What the browser remembers of the page's `Server-Timing`, beside its address. */
  timings: Partial<PageTimings> = {};
  /** What the server answers to a `Cookie` header. */
  server: (cookie: string) => ManifestResponse = (cookie) => jsonAnswer(siteManifest(cookie));
  /** What the server does with a request that the page sends; 0 is no answer. */
  grants: (request: PageRequest) => number = () => 404;
  /** What every errand fails with, if any. */
  failure: PageFailure | undefined;
  /** What the page's own script does just before a swap looks at the cookie. */
  beforeSwap: () => void = () => {};
  /** An errand's way into the page, and back. */
  delay: () => Promise<void> = async () => {};
  canGoOnAfterReload = true;

  /** Where an answer of the server waits before it arrives. */
  answers = new Barrier();
  /** Where a write waits before it happens. */
  writes = new Barrier();

  visits = 0;
  touches = 0;
  reloads = 0;
  /** The texts that were given to `document.cookie`. */
  readonly written: string[] = [];
  readonly badgeCounts: BadgeCount[] = [];

  readonly jar: CookieJar;

  constructor(jar: CookieJar = new CookieJar()) {
    this.jar = jar;
  }

  takeSnapshot(): Promise<PageResult<PageSnapshot>> {
    this.visits += 1;
    return this.#errand(async () => {
      if (this.failure !== undefined) return { kind: this.failure };
      const { origin } = this;
      const sent = this.#pairs();
      const answer = this.server(this.jar.header(MANIFEST_PATH));
      await this.answers.wait();
      await this.delay();
      return {
        kind: 'done',
        value: {
          origin,
          timings: pageTimings({ href: origin + this.path, ...this.timings }),
          response: answer,
          sent,
          pairs: this.#pairs(),
        },
      };
    });
  }

  accessCookies(origin: string, swap?: CookieSwap): Promise<PageResult<PageCookies>> {
    this.touches += 1;
    return this.#errand(async () => {
      if (swap !== undefined) await this.writes.wait();
      if (this.failure !== undefined) return { kind: this.failure };
      if (origin !== this.origin) return { kind: 'elsewhere' };
      return { kind: 'done', value: this.#touched(swap) };
    });
  }

  send(origin: string, request: PageRequest): Promise<PageResult<number>> {
    return this.#errand(async () => {
      if (this.failure !== undefined) return { kind: this.failure };
      return origin === this.origin ? { kind: 'done', value: this.grants(request) } : { kind: 'elsewhere' };
    });
  }

  async reload(): Promise<boolean> {
    this.reloads += 1;
    await this.delay();
    return this.canGoOnAfterReload;
  }

  showCount(tally: BadgeCount): void {
    this.badgeCounts.push(tally);
  }

  async #errand<Value>(act: () => Promise<PageResult<Value>>): Promise<PageResult<Value>> {
    await this.delay();
    const errand = await act();
    await this.delay();
    return errand;
  }

  #touched(swap: CookieSwap | undefined): PageCookies {
    if (swap !== undefined) this.beforeSwap();
    const found = swap && (this.#pairs().find(([name]) => name === swap.name)?.[1] ?? null);
    const swapped = swap !== undefined && found === swap.expected;
    if (swapped) {
      this.written.push(swap.text);
      this.jar.write(swap.text);
    }
    const { isEnabled: enabled, isSecureContext: isSecure } = this.jar;
    return { swapped, pairs: this.#pairs(), enabled, isSecure, isAtRoot: this.path === '/' };
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
