import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { SITES, type SiteName } from '../../../server-lib/cli/conform/fixture.ts';
import { CAPABILITIES } from '../definitions.ts';
import { portOf, type RunningFixture, serveDescription } from '../node-host.ts';
import { Model, Visit } from './model.ts';

/** Serves the sites of a model, with some of its methods replaced. */
export async function serveModel(change: object = {}): Promise<RunningFixture> {
  const servers = await Promise.all(SITES.map((site) => serveSite(site, change)));
  const sites = Object.fromEntries(servers.map(({ site, port }) => [site, `http://127.0.0.1:${port}`]));
  const { url, stop } = await serveDescription({
    name: 'a model',
    sites,
    capabilities: CAPABILITIES,
  });
  return {
    url,
    stop() {
      stop();
      for (const { server } of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

async function serveSite(site: SiteName, change: object) {
  const model: Model = Object.defineProperties(new Model(site), Object.getOwnPropertyDescriptors(change));
  const server = createServer((request, response) => {
    request.resume();
    try {
      respond(model, request, response);
    } catch {
      response.writeHead(500).end();
    }
  }).listen(0, '127.0.0.1');
  return { site, server, port: await portOf(server) };
}

function respond(model: Model, request: IncomingMessage, response: ServerResponse): void {
  const visit = new Visit(request);
  const found = model.respond(visit);
  const body = `no route for ${request.method} ${visit.url.pathname}`;
  const {
    status,
    headers,
    body: start,
    late,
  } = found ? model.finish(visit, found) : { status: 404, headers: [], body, late: undefined };
  response.writeHead(status, headers.flat());
  if (late === undefined) return void response.end(start);
  response.write(start);
  response.end(late());
}
