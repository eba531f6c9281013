import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type RequestListener,
  request,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A response without its `Date` header. */
export interface AppResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RequestOptions {
  readonly headers?: OutgoingHttpHeaders;
  /** The number of bytes in the body, sent as `Content-Length`; or a body in chunks, without it. */
  readonly body?: number | 'chunked';
}

/** Serves `app` on its own port until the test ends. Connections are kept alive, so that a test can send thousands. */
export async function serveApp(app: RequestListener): Promise<{
  readonly port: number;
  readonly send: (method: string, path: string, sending?: RequestOptions) => Promise<AppResponse>;
}> {
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => {
    agent.destroy();
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    send: (method, path, { headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const length = typeof body === 'number' ? { 'content-length': body } : {};
        const all = body === 'chunked' ? { ...headers, 'transfer-encoding': 'chunked' } : { ...headers, ...length };
        const sent = request({ port, host: '127.0.0.1', agent, method, path, headers: all }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part) => {
            text += part;
          });
          response.on('end', () => {
            const { date: _date, ...rest } = response.headers;
            resolve({ status: response.statusCode ?? 0, headers: rest, body: text });
          });
        });
        sent.on('error', reject);
        if (body === 'chunked') sent.write('x');
        sent.end(typeof body === 'number' ? 'x'.repeat(body) : undefined);
      }),
  };
}
