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

/** The surroundings of a request to this process. */
export function surroundingsOf(request: IncomingMessage | undefined): Surroundings {
  return {
    nodeEnv: process.env.NODE_ENV,
    peer: request?.socket?.remoteAddress,
    host: request?.headers.host,
    headerNames: Object.keys(request?.headers ?? {}),
  };
}

/**
 * Whether this is a developer's own machine, where anyone may override (docs/protocol.md section 5.1).
 * Where `NODE_ENV` says nothing, only a request that plainly never left the machine counts.
 */
export function isDevelopment({ nodeEnv, peer, host, headerNames }: Surroundings): boolean {
  if (nodeEnv !== undefined && nodeEnv !== '') return nodeEnv === 'development' || nodeEnv === 'test';
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
