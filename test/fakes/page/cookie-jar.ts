/** A browser's cookies for one site; several pages may share it. Follows RFC 6265bis in all that a popup observes. */
export class CookieJar {
  /** `false`: the browser blocks cookies for this site. */
  isEnabled = true;
  /** Whether the page came over https or from localhost, where `Secure` cookies can be stored. */
  isSecureContext = true;
  /** WebKit stores no `Secure` cookie on http://localhost. */
  refusesSecure = false;
  #cookies: readonly StoredCookie[] = [];

  /** The value of `document.cookie` on a page at `path`. */
  read(path = '/'): string {
    return cookieString(this.#sentTo(path).filter(({ isHttpOnly }) => !isHttpOnly));
  }

  /** Assigns `line` to `document.cookie`. */
  write(line: string): void {
    this.#store(parseCookie(line), 'script');
  }

  /** Stores the cookie of a response's `Set-Cookie: line`. */
  receive(line: string): void {
    this.#store(parseCookie(line), 'server');
  }

  /** The `Cookie` header of a request for `path`, with one character per byte, as in node:http. */
  header(path = '/'): string {
    return Buffer.from(cookieString(this.#sentTo(path)), 'utf8').toString('latin1');
  }

  // 5.8.3: longer paths first, then older cookies.
  #sentTo(path: string): readonly StoredCookie[] {
    if (!this.isEnabled) return [];
    const sent = this.#cookies.filter(({ path: scope, isSecure }) => {
      return path.startsWith(scope) && (this.isSecureContext || !isSecure);
    });
    return sent.sort((one, other) => other.path.length - one.path.length);
  }

  #store(cookie: StoredCookie, by: 'script' | 'server'): void {
    const old = this.#cookies.find((other) => KEY.every((field) => other[field] === cookie[field]));
    const isOverlaid = this.#cookies.some(({ name, path, isSecure }) => {
      return name === cookie.name && isSecure && cookie.path.startsWith(path);
    });
    const isPrefixed = cookie.name.startsWith('__Host-');
    const isRefused =
      !this.isEnabled ||
      Buffer.byteLength(cookie.name + cookie.value) > 4096 || // 5.6
      (this.refusesSecure && cookie.isSecure) ||
      (!this.isSecureContext && (cookie.isSecure || isOverlaid)) || // 5.7, steps 8 and 18
      (cookie.isPartitioned && !cookie.isSecure) || // the proposal for Partitioned
      (isPrefixed && !(cookie.isSecure && cookie.path === '/' && cookie.domain === undefined)) || // 4.1.3.2
      (by === 'script' && (cookie.isHttpOnly || old?.isHttpOnly === true)); // 5.7, steps 15 and 17
    if (isRefused) return;
    const others = this.#cookies.filter((other) => other !== old);
    if (cookie.maxAge <= 0) this.#cookies = others;
    else if (old === undefined) this.#cookies = [...others, cookie];
    else this.#cookies = this.#cookies.with(this.#cookies.indexOf(old), cookie); // it keeps its creation time
  }
}

interface StoredCookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** The value of the `Domain` attribute; `undefined` for a host-only cookie. */
  readonly domain: string | undefined;
  readonly isPartitioned: boolean;
  readonly maxAge: number;
  readonly isSecure: boolean;
  readonly isHttpOnly: boolean;
}

// 5.7, step 21, and the partition key of CHIPS.
const KEY = ['name', 'path', 'domain', 'isPartitioned'] as const;

function parseCookie(line: string): StoredCookie {
  const [pair = '', ...attributes] = line.split('; ');
  const equals = pair.indexOf('=');
  const attribute = (name: string): string | undefined => attributes.find((one) => one.startsWith(name));
  return {
    name: pair.slice(0, equals),
    value: pair.slice(equals + 1),
    path: attribute('Path=')?.slice('Path='.length) ?? '/',
    domain: attribute('Domain=')?.slice('Domain='.length),
    isPartitioned: attribute('Partitioned') !== undefined,
    maxAge: Number(attribute('Max-Age=')?.slice('Max-Age='.length) ?? Number.POSITIVE_INFINITY),
    isSecure: attribute('Secure') !== undefined,
    isHttpOnly: attribute('HttpOnly') !== undefined,
  };
}

const cookieString = (cookies: readonly StoredCookie[]): string =>
  cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
