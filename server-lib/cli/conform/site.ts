import { isDeepStrictEqual } from 'node:util';
import { encodeOverrides } from '../../wire/override-cookie.ts';
import { Exchange, headerOf, type Limits, type RawRequest, type RawResponse } from './exchange.ts';
import { type Description, parseJson, type SiteName } from './fixture.ts';

/** One check of the run: a promise of docs/protocol.md that responses can show to be broken. */
export interface Check {
  /** The capability, a dot and the check's own name. */
  readonly name: string;
  readonly promise: string;
  /** The section of docs/protocol.md. */
  readonly section: string;
  /** Other capabilities or checks that it uses. Where one is not possible, neither is this check. */
  readonly needs?: readonly string[];
  /** Throws a {@link CheckFailure} or an {@link ExchangeError}. */
  run(sites: Sites): Promise<void>;
}

/** How a response differs from the protocol. */
export class CheckFailure extends Error {
  readonly expected: unknown;
  readonly got: unknown;
  readonly request: string | undefined;

  constructor(
    what: string,
    { expected, got, request }: { readonly expected: unknown; readonly got: unknown; readonly request?: string },
  ) {
    super(what);
    this.expected = expected;
    this.got = got;
    this.request = request;
  }
}

/** The sites of a fixture, opened when a check first needs them. */
export class Sites {
  readonly #description: Description;
  readonly #limits: Limits;
  readonly #open = new Map<SiteName, Site>();
  /** The `curl` command of the last request, for a check that got no response to it. */
  lastRequest: () => string | undefined = () => undefined;

  constructor(description: Description, limits: Limits) {
    this.#description = description;
    this.#limits = limits;
  }

  get policy(): Site {
    return this.#site('policy');
  }

  get closed(): Site {
    return this.#site('closed');
  }

  get grants(): Site {
    return this.#site('grants');
  }

  get development(): Site {
    return this.#site('development');
  }

  close(): void {
    for (const site of this.#open.values()) site.close();
  }

  #site(name: SiteName): Site {
    const url = this.#description.sites.get(name);
    if (url === undefined) {
      throw new CheckFailure(`the fixture has no site "${name}"`, { expected: `sites.${name}`, got: undefined });
    }
    const site =
      this.#open.get(name) ??
      new Site(url, this.#limits, (command) => {
        this.lastRequest = command;
      });
    this.#open.set(name, site);
    return site;
  }
}

/** Who sends a request, in the words of docs/conformance.md. */
export interface Visitor {
  readonly user?: string;
  readonly attributes?: object;
  /** The value of `X-May-Override`. */
  readonly mayOverride?: string;
  /** The overrides in the cookie `gatekeeper`. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** The whole `Cookie` header, in place of `overrides`. */
  readonly cookie?: string;
  readonly headers?: readonly (readonly [string, string])[];
}

/** What varies in a request beside its path and visitor. */
export interface Sending extends Partial<Pick<RawRequest, 'method' | 'version' | 'body'>> {
  /** Sends the URL as the request target, instead of the path. */
  readonly isAbsolute?: boolean;
}

/** A visitor whom the policy permits to override. */
export const TESTER = { mayOverride: 'yes' } as const;

export class Site {
  readonly url: URL;
  /** The path below which the site is: empty, or `/base`. */
  readonly base: string;
  readonly #exchange: Exchange;
  readonly #onRequest: (command: () => string) => void;

  constructor(url: URL, limits: Limits, onRequest: (command: () => string) => void = () => {}) {
    this.url = url;
    this.base = url.pathname.replace(/\/+$/, '');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    this.#exchange = new Exchange({ host, port: Number(url.port || 80) }, limits);
    this.#onRequest = onRequest;
  }

  /** Sends a request for a path of the site. */
  async ask(path: string, visitor: Visitor = {}, sending: Sending = {}): Promise<Answer> {
    const { isAbsolute = false, method = 'GET', ...rest } = sending;
    const fullPath = this.base + path;
    const request: RawRequest = {
      method,
      target: isAbsolute ? `http://${this.url.host}${fullPath}` : fullPath,
      headers: [
        ...requestHeaders(this.url.host, visitor),
        ...(rest.body === undefined || isFramed(visitor)
          ? []
          : [['Content-Length', String(rest.body.length)] as const]),
      ],
      ...rest,
    };
    const command = (): string => curlCommand(request, `http://${this.url.host}${fullPath}`);
    this.#onRequest(command);
    return new Answer(command, await this.#exchange.send(request));
  }

  close(): void {
    this.#exchange.close();
  }
}

function isFramed({ headers = [] }: Visitor): boolean {
  return headers.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name));
}

function requestHeaders(host: string, visitor: Visitor): RawRequest['headers'] {
  const { user, attributes, mayOverride, overrides, headers = [] } = visitor;
  const cookie = visitor.cookie ?? (overrides && `gatekeeper=${encodeOverrides(overrides)}`);
  const own = headers.some(([name]) => name.toLowerCase() === 'host') ? [] : [['Host', host] as const];
  const named = {
    'X-User': user === undefined ? undefined : encodeURIComponent(user),
    'X-Attributes': attributes === undefined ? undefined : encodeURIComponent(JSON.stringify(attributes)),
    'X-May-Override': mayOverride,
    Cookie: cookie,
  };
  const given = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return [...own, ...given, ...headers];
}

/** A response, and the `curl` command that gets it. */
export class Answer {
  readonly #command: () => string;
  readonly response: RawResponse;

  constructor(command: () => string, response: RawResponse) {
    this.#command = command;
    this.response = response;
  }

  get status(): number {
    return this.response.status;
  }

  /** The body as UTF-8. */
  get text(): string {
    return Buffer.from(this.response.body, 'latin1').toString();
  }

  get json(): unknown {
    return parseJson(this.text);
  }

  header(name: string): string | undefined {
    return headerOf(this.response, name);
  }

  /** The values of each field of a header that must not be joined. */
  fields(name: string): readonly string[] {
    return this.response.headers.flatMap(([one, value]) => (one.toLowerCase() === name ? [value] : []));
  }

  /** Throws a {@link CheckFailure} unless `got`, a part of this response, equals `expected`. */
  mustEqual(what: string, got: unknown, expected: unknown): void {
    if (isDeepStrictEqual(got, expected)) return;
    throw new CheckFailure(what, { expected, got, request: this.#command() });
  }

  /** Throws a {@link CheckFailure} unless `isMet`. */
  must(what: string, isMet: boolean, { expected, got }: { readonly expected: unknown; readonly got: unknown }): void {
    if (!isMet) throw new CheckFailure(what, { expected, got, request: this.#command() });
  }
}

/** A response as it can be compared with another one: without what differs between any two responses. */
function comparable({ response }: Answer): readonly string[] {
  const kept = response.headers.filter(([name]) => !VOLATILE.has(name.toLowerCase()));
  return [String(response.status), ...kept.map(([name, value]) => `${name}: ${value}`), '', response.body];
}

const VOLATILE: ReadonlySet<string> = new Set(['date', 'connection', 'keep-alive']);

/** Throws a {@link CheckFailure} unless two responses are the same. `change` edits the lines of the other one first. */
export function mustBeSame(
  what: string,
  answer: Answer,
  other: Answer,
  change: (line: string) => string = String,
): void {
  const [got, expected] = [comparable(answer), comparable(other).map(change)];
  const [onlyGot, onlyExpected] = [
    got.filter((line) => !expected.includes(line)),
    expected.filter((line) => !got.includes(line)),
  ];
  const isSame = isDeepStrictEqual(got, expected);
  const [shownGot, shownExpected] =
    onlyGot.length + onlyExpected.length === 0 ? [got, expected] : [onlyGot, onlyExpected];
  answer.must(what, isSame, { expected: shownExpected, got: shownGot });
}

/** Runs `action` for each item, one after another. */
export async function forEach<Item>(items: Iterable<Item>, action: (item: Item) => Promise<void>): Promise<void> {
  for (const item of items) await action(item);
}

function curlCommand({ method, target, headers, body, version }: RawRequest, url: string): string {
  const words = ['curl', '-i', '-g', '--path-as-is'];
  if (method === 'HEAD') words.push('-I');
  else if (method !== 'GET') words.push('-X', method);
  if (version === '1.0') words.push('--http1.0');
  if (target !== new URL(url).pathname + new URL(url).search) words.push('--request-target', quote(target));
  for (const [name, value] of headers) {
    if (name.toLowerCase() === 'content-length' || (name === 'Host' && value === new URL(url).host)) continue;
    words.push('-H', quote(value === '' ? `${name};` : `${name}: ${value}`));
  }
  if (body !== undefined && body !== '') words.push('--data-binary', quote(body));
  return [...words, quote(url)].join(' ');
}

// Bytes outside ASCII and control characters are escapes of Bash's $'…'.
function quote(text: string): string {
  if (/^[\w./:=@%+-]+$/.test(text)) return text;
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = text.replace(/[\\']|[^\x20-\x7e]/g, (character) =>
    character === '\\' || character === "'"
      ? `\\${character}`
      : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `$'${escaped}'`;
}
