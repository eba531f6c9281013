import type { IncomingMessage, ServerResponse } from 'node:http';
import { type RecordingServer, serve } from './recording-server.ts';

/** The responses of one site. */
export interface StubSite {
  /** More headers of its pages. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The whole page, instead of one with `body`. */
  readonly page?: string;
  /** The path of its manifest, if it is not the default one. */
  readonly path?: string;
  readonly manifest?: (response: ServerResponse, request: IncomingMessage) => void;
}

const DEFAULT_PATH = '/.well-known/gatekeeper.json';

/** Serves sites by name, each with the same page at every path and optionally a manifest. */
export function serveStubs(sites: Readonly<Record<string, StubSite>>): Promise<RecordingServer> {
  return serve((request, response) => {
    const site = sites[request.headers.host?.split('.')[0] ?? ''] ?? {};
    const path = site.path ?? DEFAULT_PATH;
    if (request.url === path && site.manifest) return site.manifest(response, request);
    response.writeHead(request.url === DEFAULT_PATH ? 404 : 200, {
      'content-type': 'text/html; charset=utf-8',
      ...site.headers,
    });
    const body = site.body ?? '<p>A page.</p>';
    response.end(site.page ?? `<!doctype html><html lang="en"><title>A page</title>${body}</html>`);
  });
}

/** A manifest with two flags and the given fields. It does not depend on the request's cookie. */
export function manifestText(fields: object = {}): string {
  const flags = [
    { name: 'CHECKOUT', variants: ['CLASSIC', 'WIZARD'] },
    { name: 'SEARCH', variants: ['ON', 'OFF'] },
  ];
  return JSON.stringify({ gatekeeper: 1, app: 'Stub', overrides: { state: 'enabled' }, flags, ...fields });
}

/** Sends `text` as the manifest. */
export function sendsManifest(text: string): NonNullable<StubSite['manifest']> {
  return (response) => {
    response
      .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
      .end(text);
  };
}

/** Sends only a status. */
export function sendsStatus(status: number): NonNullable<StubSite['manifest']> {
  return (response) => {
    response.writeHead(status).end();
  };
}
