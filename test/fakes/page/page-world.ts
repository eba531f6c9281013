import { createContext, runInContext } from 'node:vm';
import { Window } from 'happy-dom';
import { CookieJar } from './cookie-jar.ts';
import { FakeLocks } from './fake-locks.ts';

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The environment of a function that a browser injects into a page: exactly the page's globals. */
export class PageWorld {
  readonly jar: CookieJar;
  readonly document: Document;
  /** The requests that were made, with URL and options. */
  readonly requests: { readonly url: string; readonly init: RequestInit }[] = [];
  /** `undefined`: `navigator.locks` does not exist in this page. */
  locks: FakeLocks | undefined = new FakeLocks();
  /** The page's `fetch`. */
  server: Fetch = async () => new Response('{}', { headers: { 'content-type': 'application/json' } });
  /** The value of `navigator.cookieEnabled`, which may be wrong. */
  cookieEnabled = true;
  /** `true`: reading or writing `document.cookie` throws. */
  isSandboxed = false;
  /** Whether the browser passes null properties of arguments, as Firefox does; Chromium drops them. */
  keepsNulls = false;
  /** How often `document.cookie` was read or written. */
  cookieAccesses = 0;
  /** The performance entries of the page and its requests. */
  readonly timings: { readonly navigation: object[]; readonly resource: object[] } = { navigation: [], resource: [] };
  /** The page's location; it may change while a function runs. */
  location: { readonly protocol: string; readonly origin: string; readonly pathname?: string; readonly href?: string };
  /** Whether the page came over https or from localhost. */
  isSecureContext = true;

  constructor(url = 'https://shop.example/lamps', jar: CookieJar = new CookieJar()) {
    const { protocol, origin, pathname, href } = new URL(url);
    this.location = { protocol, origin, pathname, href };
    this.jar = jar;
    this.document = new Window({ url }).document as unknown as Document;
    Object.defineProperty(this.document, 'cookie', {
      get: () => {
        this.cookieAccesses += 1;
        if (this.isSandboxed) throw new Error('The document is sandboxed');
        return jar.read(this.location.pathname);
      },
      set: (text: string) => {
        this.cookieAccesses += 1;
        jar.write(text);
      },
    });
  }

  /** Adds a Content-Security-Policy to the page by `<meta>`. */
  policy(content: string): void {
    const meta = this.document.createElement('meta');
    meta.setAttribute('http-equiv', 'Content-Security-Policy');
    meta.setAttribute('content', content);
    this.document.head.append(meta);
  }

  /** Adds `<base href>` to the page. */
  base(href: string): void {
    const base = this.document.createElement('base');
    base.setAttribute('href', href);
    this.document.head.append(base);
  }

  /** Adds `<link rel href>` to the page. */
  link(rel: string, href: string): void {
    const link = this.document.createElement('link');
    link.setAttribute('rel', rel);
    link.setAttribute('href', href);
    // happy-dom resolves only against the page's URL, and ignores <base>.
    const { href: page = '' } = this.location;
    const base = new URL(this.document.querySelector('base')?.getAttribute('href') ?? '', page);
    Object.defineProperty(link, 'href', { value: URL.canParse(href, base) ? new URL(href, base).href : href });
    this.document.head.append(link);
  }

  /** Reports a violation of the page's Content-Security-Policy to the page. */
  violate(effectiveDirective: string): void {
    const { Event } = this.document.defaultView as unknown as { readonly Event: typeof globalThis.Event };
    this.document.dispatchEvent(Object.assign(new Event('securitypolicyviolation'), { effectiveDirective }));
  }

  /** Runs `func` as `scripting.executeScript` does: from its source, in another realm, with JSON values. */
  async inject<Args extends unknown[], Result>(
    func: (...args: Args) => Promise<Result>,
    ...args: Args
  ): Promise<Result> {
    const world = this;
    const realm = createContext({
      get location() {
        return world.location;
      },
      document: this.document,
      isSecureContext: this.isSecureContext,
      navigator: { cookieEnabled: this.cookieEnabled, locks: this.locks },
      get localStorage() {
        if (world.jar.isEnabled) return {};
        throw new Error('Access is denied for this document.');
      },
      fetch: (url: string, init: RequestInit) => {
        this.requests.push({ url, init });
        return this.server(url, init);
      },
      performance: {
        timeOrigin: 1_700_000_000_000,
        getEntriesByType: (type: 'navigation' | 'resource') => this.timings[type],
      },
      URL,
      TextDecoder,
      AbortController,
      Date,
      setTimeout,
      clearTimeout,
    });
    const result: unknown = await runInContext(
      `(${func})(...${JSON.stringify(args, this.keepsNulls ? undefined : withoutNulls)})`,
      realm,
    );
    return JSON.parse(JSON.stringify(result));
  }
}

const withoutNulls = (_key: string, value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
