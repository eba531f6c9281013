import { createContext, runInContext } from 'node:vm';
import { Window } from 'happy-dom';
import { CookieJar } from './cookie-jar.ts';
import { FakeLocks } from './fake-locks.ts';

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What a function finds that a browser runs in a page: the page's globals, and not one thing besides. */
export class PageWorld {
  readonly jar: CookieJar;
  readonly document: Document;
  /** The requests that were made, by their address and their options. */
  readonly requests: { readonly url: string; readonly init: RequestInit }[] = [];
  /** `undefined`: the browser has none for this page. */
  locks: FakeLocks | undefined = new FakeLocks();
  /** The server, as the page reaches it. */
  server: Fetch = async () => new Response('{}', { headers: { 'content-type': 'application/json' } });
  /** What `navigator.cookieEnabled` says, true or not. */
  cookieEnabled = true;
  /** `true`: whoever asks for the cookies gets an error. */
  isSandboxed = false;
  /** Whether the browser hands over what is null in its arguments, as Firefox does; Chromium leaves it out. */
  keepsNulls = false;
  /** How often `document.cookie` was read or written. */
  cookieTouches = 0;
  /** What the browser remembers of how the page and its requests were answered. */
  readonly timings: { readonly navigation: object[]; readonly resource: object[] } = { navigation: [], resource: [] };
  /** Where the page is; it may go elsewhere while a function runs. */
  location: { readonly protocol: string; readonly origin: string; readonly pathname?: string; readonly href?: string };
  /** Whether the page came by https or from localhost. */
  isSecureContext = true;

  constructor(url = 'https://shop.example/lamps', jar: CookieJar = new CookieJar()) {
    const { protocol, origin, pathname, href } = new URL(url);
    this.location = { protocol, origin, pathname, href };
    this.jar = jar;
    this.document = new Window({ url }).document as unknown as Document;
    Object.defineProperty(this.document, 'cookie', {
      get: () => {
        this.cookieTouches += 1;
        if (this.isSandboxed) throw new Error('The document is sandboxed');
        return jar.read();
      },
      set: (text: string) => {
        this.cookieTouches += 1;
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
    // happy-dom resolves against the page's address alone.
    const { href: page = '' } = this.location;
    const base = new URL(this.document.querySelector('base')?.getAttribute('href') ?? '', page);
    Object.defineProperty(link, 'href', { value: URL.canParse(href, base) ? new URL(href, base).href : href });
    this.document.head.append(link);
  }

  /** Tells the page that its Content-Security-Policy has kept something from happening. */
  violate(effectiveDirective: string): void {
    const { Event } = this.document.defaultView as unknown as { readonly Event: typeof globalThis.Event };
    this.document.dispatchEvent(Object.assign(new Event('securitypolicyviolation'), { effectiveDirective }));
  }

  /** Runs `func` as `scripting.executeScript` does: by its text, in a realm of its own, with JSON in and JSON out. */
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
