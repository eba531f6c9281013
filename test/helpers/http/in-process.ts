import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Writable } from 'node:stream';

export interface InProcessRequest {
  readonly method: string;
  readonly url: string;
  /** The names are in lower case, as in node:http. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Calls `app` with requests one after another, without a network. Each call resolves to the response's status. */
export function inProcess(app: RequestListener): (sent: InProcessRequest) => Promise<number> {
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() }) as unknown as Socket;
  sink.setMaxListeners(0);
  Object.assign(sink, { remoteAddress: '203.0.113.7', cork: () => {}, uncork: () => {} });
  return function send({ method, url, headers }) {
    const request = new IncomingMessage(sink);
    Object.assign(request, { method, url, headers: { ...headers }, httpVersionMajor: 1, httpVersionMinor: 1 });
    const response = new ServerResponse(request);
    response.assignSocket(sink);
    return new Promise((resolve) => {
      response.once('finish', () => {
        response.detachSocket(sink);
        resolve(response.statusCode);
      });
      app(request, response);
    });
  };
}
