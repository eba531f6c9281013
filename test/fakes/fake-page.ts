import type {
  CookiePair,
  CookieSwap,
  Cookies,
  Errand,
  ErrandFailure,
  ManifestAnswer,
  PagePort,
  PageRequest,
  PageTrace,
  Tally,
  Visit,
} from '../../extension/app/ports.ts';
import { isOverrideCookieName, MANIFEST_PATH } from '../../server-lib/wire.ts';
import { CookieJar } from './cookie-jar.ts';
import { Door } from './door.ts';
import { jsonAnswer, siteManifest } from './fake-site.ts';
import { pageTrace } from './page-trace.ts';

/** A page in a tab, in memory: its cookies are in a jar, and its manifest is the answer of a server to these cookies. */
export class FakePage implements PagePort {
  origin = 'https://shop.example';
  path = '/';
  /** What the browser remembers of the page's `Server-Timing`, beside its address. */
  trace: Partial<PageTrace> = {};
  /** What the server answers to a `Cookie` header. */
  server: (cookie: string) => ManifestAnswer = (cookie) => jsonAnswer(siteManifest(cookie));
  /** What the server does with a request that the page sends; 0 is no answer. */
  grants: (request: PageRequest) => number = () => 404;
  /** What every errand fails with, if any. */
  failure: ErrandFailure | undefined;
  /** What the page's own script does just before a swap looks at the cookie. */
  meddle: () => void = () => {};
  /** An errand's way into the page, and back. */
  travel: () => Promise<void> = async () => {};
  canGoOnAfterReload = true;

  /** Where an answer of the server waits before it arrives. */
  answers = new Door();
  /** Where a write waits before it happens. */
  writes = new Door();

  visits = 0;
  touches = 0;
  reloads = 0;
  /** The texts that were given to `document.cookie`. */
  readonly written: string[] = [];
  readonly tallies: Tally[] = [];

  readonly jar: CookieJar;

  constructor(jar: CookieJar = new CookieJar()) {
    this.jar = jar;
  }

  visit(): Promise<Errand<Visit>> {
    this.visits += 1;
    return this.#errand(async () => {
      if (this.failure !== undefined) return { kind: this.failure };
      const { origin } = this;
      const sent = this.#pairs();
      const answer = this.server(this.jar.header(MANIFEST_PATH));
      await this.answers.pass();
      await this.travel();
      return {
        kind: 'done',
        value: {
          origin,
          trace: pageTrace({ href: origin + this.path, ...this.trace }),
          answer,
          sent,
          pairs: this.#pairs(),
        },
      };
    });
  }

  touchCookies(origin: string, swap?: CookieSwap): Promise<Errand<Cookies>> {
    this.touches += 1;
    return this.#errand(async () => {
      if (swap !== undefined) await this.writes.pass();
      if (this.failure !== undefined) return { kind: this.failure };
      if (origin !== this.origin) return { kind: 'elsewhere' };
      return { kind: 'done', value: this.#touched(swap) };
    });
  }

  send(origin: string, request: PageRequest): Promise<Errand<number>> {
    return this.#errand(async () => {
      if (this.failure !== undefined) return { kind: this.failure };
      return origin === this.origin ? { kind: 'done', value: this.grants(request) } : { kind: 'elsewhere' };
    });
  }

  async reload(): Promise<boolean> {
    this.reloads += 1;
    await this.travel();
    return this.canGoOnAfterReload;
  }

  showCount(tally: Tally): void {
    this.tallies.push(tally);
  }

  async #errand<Value>(act: () => Promise<Errand<Value>>): Promise<Errand<Value>> {
    await this.travel();
    const errand = await act();
    await this.travel();
    return errand;
  }

  #touched(swap: CookieSwap | undefined): Cookies {
    if (swap !== undefined) this.meddle();
    const found = swap && (this.#pairs().find(([name]) => name === swap.name)?.[1] ?? null);
    const swapped = swap !== undefined && found === swap.expected;
    if (swapped) {
      this.written.push(swap.text);
      this.jar.write(swap.text);
    }
    const { isEnabled: enabled, isTrustworthy: isSecure } = this.jar;
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
