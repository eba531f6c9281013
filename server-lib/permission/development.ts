import { type IncomingRequest, readRequestHeader, requestHeaderNames } from '../core/incoming-request.ts';
import { environmentVariable } from '../core/read-options.ts';

/** The facts that the development rule uses (docs/protocol.md section 5.1). */
export interface DevelopmentSignals {
  readonly nodeEnv: string | undefined;
  /** Whether the process has a terminal: stdin or stdout is a TTY. */
  readonly hasTerminal: boolean;
  /** The peer of the request's socket; `undefined` without a TCP socket. */
  readonly remoteAddress: string | undefined;
  /** The value of each `Host` field, or of HTTP/2's `:authority`. */
  readonly hosts: readonly string[];
  /** The authority of a request target in absolute form, `GET http://app.example.com/ HTTP/1.1`. */
  readonly target: string | undefined;
  /** The HTTP version as in node:http: `'1.1'`. */
  readonly httpVersion: string | undefined;
  /** The names of the request's headers, in lower case. */
  readonly headerNames: readonly string[];
}

/** The result of the development rule. `no-terminal` means closed, and only a terminal is missing. */
export type DevelopmentVerdict = 'open' | 'no-terminal' | 'closed';

/**
 * The development rule: on the developer's own machine, every request may override. docs/protocol.md section 5.1 defines it;
 * README.md, docs/security.md and docs/operate.md state it too, so change them with it.
 */
export function developmentVerdict(signals: DevelopmentSignals): DevelopmentVerdict {
  const { nodeEnv } = signals;
  if (nodeEnv) return isDevelopmentEnvironment(nodeEnv) ? 'open' : 'closed';
  if (!isLocalRequest(signals)) return 'closed';
  return signals.hasTerminal ? 'open' : 'no-terminal';
}

/** Whether the request comes to the developer's own machine. */
export function isDevelopment(signals: DevelopmentSignals): boolean {
  return developmentVerdict(signals) === 'open';
}

/**
 * The development rule for a request to this process. Asked for every request: where `NODE_ENV` is set, without the other facts.
 */
export function isDevelopmentRequest(incoming: IncomingRequest | undefined): boolean {
  const nodeEnv = environmentVariable('NODE_ENV');
  return nodeEnv ? isDevelopmentEnvironment(nodeEnv) : isDevelopment(readDevelopmentSignals(incoming));
}

function isDevelopmentEnvironment(nodeEnv: string): boolean {
  return nodeEnv === 'development' || nodeEnv === 'test';
}

/** The facts of a request to this process. `NODE_ENV` is read now, the others only if `NODE_ENV` is not set. */
export function readDevelopmentSignals(
  request: IncomingRequest | undefined,
  hasTerminal: () => boolean = processHasTerminal,
): DevelopmentSignals {
  return new RequestSignals(request, hasTerminal);
}

class RequestSignals implements DevelopmentSignals {
  readonly nodeEnv: string | undefined = environmentVariable('NODE_ENV');
  readonly #request: IncomingRequest | undefined;
  readonly #hasTerminal: () => boolean;

  constructor(request: IncomingRequest | undefined, hasTerminal: () => boolean) {
    this.#request = request;
    this.#hasTerminal = hasTerminal;
  }

  get hasTerminal(): boolean {
    return this.#hasTerminal();
  }

  get remoteAddress(): string | undefined {
    return this.#request?.socket?.remoteAddress;
  }

  get hosts(): readonly string[] {
    return this.#request === undefined ? [] : hostsOf(this.#request);
  }

  get target(): string | undefined {
    // `originalUrl`, because Express and Connect remove a mount path from `url`.
    const { originalUrl, url = '' } = (this.#request ?? {}) as { originalUrl?: string; url?: string };
    return ABSOLUTE_FORM.exec(originalUrl ?? url)?.[1];
  }

  get httpVersion(): string | undefined {
    return this.#request?.httpVersion;
  }

  get headerNames(): readonly string[] {
    return requestHeaderNames(this.#request?.headers);
  }
}

function processHasTerminal(): boolean {
  return isTerminal(() => process.stdout) || isTerminal(() => process.stdin);
}

// Access to a stream of a type that Node does not know throws.
function isTerminal(stream: () => { readonly isTTY?: boolean }): boolean {
  try {
    return stream().isTTY === true;
  } catch {
    return false;
  }
}

// `headers` keeps the first of two Host fields; `rawHeaders` has both.
function hostsOf({ headers, rawHeaders = [] }: IncomingRequest): readonly string[] {
  const raw = rawHeaders.filter(
    (_, at) => at % 2 === 1 && HOST_FIELDS.includes(String(rawHeaders[at - 1]).toLowerCase()),
  );
  return raw.length > 1 ? raw : HOST_FIELDS.flatMap((name) => readRequestHeader(headers, name) ?? []);
}

const HOST_FIELDS: readonly string[] = ['host', ':authority'];
const ABSOLUTE_FORM = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i; // RFC 9112 3.2.2

function isLocalRequest({ remoteAddress, hosts, target, httpVersion = '', headerNames }: DevelopmentSignals): boolean {
  return (
    isLoopback(remoteAddress) &&
    hosts.length === 1 &&
    isLocalHost(hosts[0]) &&
    (target === undefined || isLocalHost(target)) &&
    MODERN_HTTP.test(httpVersion) &&
    !headerNames.some(isForwarding)
  );
}

// nginx with a plain `proxy_pass http://localhost:3000` sends HTTP/1.0; no browser does.
const MODERN_HTTP = /^(?:1\.[1-9]|[2-9]\.\d)$/;

function isLoopback(peer = ''): boolean {
  const address = peer.startsWith('::ffff:') ? peer.slice('::ffff:'.length) : peer;
  return address === '::1' || isLoopbackV4(address);
}

function isLocalHost(host = ''): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name === 'localhost' || name === '[::1]' || isLoopbackV4(name);
}

// RFC 1122 3.2.1.3: all of 127/8. Anchored at both ends, because "127.0.0.1.example.com" is another server.
function isLoopbackV4(address: string): boolean {
  return /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}

// A proxy on this machine makes every visitor look local. Each of these headers shows that there is a proxy.
function isForwarding(header: string): boolean {
  return FORWARDING.has(header) || FORWARDING_PREFIX.test(header) || header.endsWith('-client-ip');
}

const FORWARDING: ReadonlySet<string> = new Set([
  'forwarded',
  'via',
  'cdn-loop',
  'client-ip',
  'x-forwarded',
  'x-real-ip',
]);
const FORWARDING_PREFIX = /^(?:x-forwarded-|cf-|fly-|x-vercel-|x-amzn-|x-envoy-|x-original-|x-arr-)/;
