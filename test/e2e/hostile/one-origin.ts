import { HOSTILE_MANIFESTS } from '../../helpers/protocol/hostile-manifests.ts';
import { type RecordingServer, serve } from '../sites/recording-server.ts';

/** Serves every hostile document on one origin. The page `/<id>` announces the document as its manifest. */
export function serveOnOneOrigin(): Promise<RecordingServer> {
  const documents = new Map(HOSTILE_MANIFESTS.map(({ id, text }) => [`/${id}.json`, text]));
  return serve(({ url = '/' }, response) => {
    const document = documents.get(url);
    if (document === undefined) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(
        `<!doctype html><html lang="en"><title>A page</title><link rel="gatekeeper" href="${url}.json"></html>`,
      );
    } else {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
      response.end(document);
    }
  });
}
