import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the server received it. */
export interface Received {
  readonly host: string;
  readonly path: string;
  readonly cookie: string;
}

/** A host whose name says nothing of this computer, as in a network. In the tests' browsers it is the loopback address. */
export const NETWORK_HOST = 'shop.test'; // a reserved name, RFC 2606 2

/** A server that records its requests. */
export interface RecordingServer {
  /** The URL of a site on this server. Each name (`''` too) has its own origin and its own cookies. */
  url(site: string, path?: string): string;
  /** The URL of a path at {@link NETWORK_HOST}. */
  networkUrl(path?: string): string;
  /** The requests to one site, in order. */
  received(site: string): readonly Received[];
  close(): void;
}

/** Serves on `port`, by default a free one. Browsers resolve `*.localhost` to the loopback address. */
export async function serve(listener: RequestListener, port = 0): Promise<RecordingServer> {
  const all: Received[] = [];
  const server = createServer((request, response) => {
    const { host = '', cookie = '' } = request.headers;
    all.push({ host: host.replace(/\.?localhost:.*/, ''), path: request.url ?? '', cookie });
    listener(request, response);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const { port: ours } = server.address() as AddressInfo;
  return {
    url: (site, path = '/') => `http://${site === '' ? '' : `${site}.`}localhost:${ours}${path}`,
    networkUrl: (path = '/') => `http://${NETWORK_HOST}:${ours}${path}`,
    received: (site) => all.filter(({ host }) => host === site),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
