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

/** What a server answered, but for the date. */
export interface AppResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RequestOptions {
  readonly headers?: OutgoingHttpHeaders;
  /** Octets of the body, sent with their number, or in chunks of unsaid length. */
  readonly body?: number | 'chunked';
}

/** `app` on a port of its own for as long as the running test; connections are kept, so that thousands may be sent. */
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
