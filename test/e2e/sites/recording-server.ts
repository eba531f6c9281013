import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the server received it. */
export interface Received {
  readonly host: string;
  readonly path: string;
  readonly cookie: string;
}

/** A server that remembers what it is sent. */
export interface RecordingServer {
  /** The address of a site of this server's; each name is an origin, and so a cookie jar, of its own. */
  url(site: string, path?: string): string;
  /** The requests to one site, in order. */
  received(site: string): readonly Received[];
  close(): void;
}

/** Serves on a port of its own. Browsers resolve `*.localhost` to loopback by themselves. */
export async function serve(answer: RequestListener): Promise<RecordingServer> {
  const all: Received[] = [];
  const server = createServer((request, response) => {
    const { host = '', cookie = '' } = request.headers;
    all.push({ host: host.replace(/\.localhost:.*/, ''), path: request.url ?? '', cookie });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (site, path = '/') => `http://${site}.localhost:${port}${path}`,
    received: (site) => all.filter(({ host }) => host === site),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
