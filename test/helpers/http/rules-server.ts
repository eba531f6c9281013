import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { revisionOf } from '../../../server-lib/rules/document/rules-document.ts';

/** An HTTP server with one rules document, until the test ends. */
export interface RulesServer {
  readonly url: string;
  /** The headers of each request. */
  readonly requests: readonly IncomingHttpHeaders[];
  /** Sets the document; `undefined` removes it. */
  put(text: string | undefined): void;
  /** Responds with `listener` instead of the document; `undefined` ends that. */
  respond(listener: RequestListener | undefined): void;
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  startAgain(): Promise<void>;
}

export async function startRulesServer(): Promise<RulesServer> {
  const requests: IncomingHttpHeaders[] = [];
  let document: string | undefined;
  let own: RequestListener | undefined;
  const server = createServer((req, res) => {
    requests.push(req.headers);
    if (own !== undefined) return own(req, res);
    if (document === undefined) return res.writeHead(404).end('no such file');
    const etag = `"${revisionOf(document)}"`;
    if (req.headers['if-none-match'] === etag) return res.writeHead(304, { etag }).end();
    return res.writeHead(200, { 'content-type': 'application/json', etag }).end(document);
  });
  const listen = async (port: number): Promise<number> => {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  };
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const port = await listen(0);
  onTestFinished(async () => {
    if (server.listening) await stop();
  });
  return {
    url: `http://127.0.0.1:${port}/rules.json`,
    requests,
    put(text) {
      document = text;
    },
    respond(listener) {
      own = listener;
    },
    stop,
    async startAgain() {
      await listen(port);
    },
  };
}
