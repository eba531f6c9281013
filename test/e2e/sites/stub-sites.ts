import type { IncomingMessage, ServerResponse } from 'node:http';
import { type RecordingServer, serve } from './recording-server.ts';

/** How one site answers. */
export interface StubSite {
  /** What its pages carry besides the ordinary headers. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The whole page, in place of one with the body. */
  readonly page?: string;
  /** Where its manifest is, if not at the usual path. */
  readonly path?: string;
  readonly manifest?: (response: ServerResponse, request: IncomingMessage) => void;
}

const USUAL_PATH = '/.well-known/gatekeeper.json';

/** Serves sites by name, each with the same page at every path, and perhaps a manifest. */
export function serveStubs(sites: Readonly<Record<string, StubSite>>): Promise<RecordingServer> {
  return serve((request, response) => {
    const site = sites[request.headers.host?.split('.')[0] ?? ''] ?? {};
    const path = site.path ?? USUAL_PATH;
    if (request.url === path && site.manifest) return site.manifest(response, request);
    response.writeHead(request.url === USUAL_PATH ? 404 : 200, {
      'content-type': 'text/html; charset=utf-8',
      ...site.headers,
    });
    const body = site.body ?? '<p>A page.</p>';
    response.end(site.page ?? `<!doctype html><html lang="en"><title>A page</title>${body}</html>`);
  });
}

/** A manifest of two flags, with other fields if need be. It says nothing of what the server makes of a cookie. */
export function manifestText(fields: object = {}): string {
  const flags = [
    { name: 'CHECKOUT', variants: ['CLASSIC', 'WIZARD'] },
    { name: 'SEARCH', variants: ['ON', 'OFF'] },
  ];
  return JSON.stringify({ gatekeeper: 1, app: 'Stub', overrides: { state: 'enabled' }, flags, ...fields });
}

/** Answers with this document as a manifest. */
export function sendsManifest(text: string): NonNullable<StubSite['manifest']> {
  return (response) => {
    response
      .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
      .end(text);
  };
}

/** Answers with nothing but a status. */
export function sendsStatus(status: number): NonNullable<StubSite['manifest']> {
  return (response) => {
    response.writeHead(status).end();
  };
}
