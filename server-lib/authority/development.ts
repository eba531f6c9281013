import type { IncomingMessage } from 'node:http';

/** What the development rule looks at. */
export interface Surroundings {
  readonly nodeEnv: string | undefined;
  /** The socket's peer; `undefined` where there is no socket, or one that is no TCP socket. */
  readonly peer: string | undefined;
  readonly host: string | undefined;
  /** The names of the request's headers, in lower case. */
  readonly headerNames: readonly string[];
}

/** The surroundings of a request to this process; what tells only where `NODE_ENV` does not is read only then. */
export function surroundingsOf(request: IncomingMessage | undefined): Surroundings {
  return new RequestSurroundings(request);
}

class RequestSurroundings implements Surroundings {
  readonly nodeEnv: string | undefined = process.env.NODE_ENV;
  readonly #request: IncomingMessage | undefined;

  constructor(request: IncomingMessage | undefined) {
    this.#request = request;
  }

  get peer(): string | undefined {
    return this.#request?.socket?.remoteAddress;
  }

  get host(): string | undefined {
    return this.#request?.headers.host;
  }

  get headerNames(): readonly string[] {
    return Object.keys(this.#request?.headers ?? {});
  }
}

/**
 * Whether this is a developer's own machine, where anyone may override (docs/protocol.md section 5.1).
 * Where `NODE_ENV` says nothing, only a request that plainly never left the machine counts.
 */
export function isDevelopment(surroundings: Surroundings): boolean {
  const { nodeEnv } = surroundings;
  if (nodeEnv !== undefined && nodeEnv !== '') return nodeEnv === 'development' || nodeEnv === 'test';
  const { peer, host, headerNames } = surroundings;
  return isLoopback(peer) && isLocalHost(host) && !headerNames.some(isForwarding);
}

function isLoopback(peer = ''): boolean {
  const address = peer.startsWith('::ffff:') ? peer.slice('::ffff:'.length) : peer;
  return address === '::1' || isLoopbackV4(address);
}

function isLocalHost(host = ''): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name === 'localhost' || name === '[::1]' || isLoopbackV4(name);
}

// RFC 1122 3.2.1.3: the whole of 127/8. Anchored and of fixed length: "127.0.0.1.example.com" is somebody's server.
function isLoopbackV4(address: string): boolean {
  return /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}

// A proxy on this machine makes every visitor look local; each of these tells that there is one.
function isForwarding(header: string): boolean {
  return header.startsWith('x-forwarded-') || FORWARDING.has(header);
}

const FORWARDING: ReadonlySet<string> = new Set([
  'forwarded',
  'via',
  'cdn-loop',
  'client-ip',
  'x-forwarded',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-host',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
]);
