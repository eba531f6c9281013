import { Readable } from 'node:stream';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { FIXTURE, type SiteName } from '../../../server-lib/cli/conform/fixture.ts';
import { gatekeeper, grantRoute, manifestRoute, ofrepRoute, overridePage } from '../../../server-lib/fastify.ts';
import { attributesOf, evaluationsOf, keeperOf, OFREP, pageAfterClose, pageOf, userOf } from '../definitions.ts';
import { nodeHost } from '../node-host.ts';

export const host = nodeHost({ name: 'Fastify 5', module: 'fastify' });

type Query = { readonly Querystring: Readonly<Record<string, string | undefined>> };

/** Serves a site on a free port. */
export async function serve(site: SiteName): Promise<number> {
  const keeper = keeperOf(site);
  const app = fastify();
  app.register(gatekeeper, { keeper, userId: userOf, attributes: attributesOf });
  app.register(manifestRoute, { keeper });
  if (site === 'grants') app.register(grantRoute, { keeper });
  app.register(ofrepRoute, { keeper, ...OFREP });
  app.register(overridePage, { keeper });

  app.get<Query>('/conformance', ({ gk, query }) => evaluationsOf(gk, query.flags, query.for));
  app.get<Query>('/page', ({ gk, query, headers }, reply) => {
    const { flags, padding } = query;
    const page = pageOf(gk, flags);
    setPageHeaders(reply);
    if (padding !== undefined) reply.header('X-Padding', 'x'.repeat(Number(padding)));
    if (headers['if-none-match'] === FIXTURE.pageHeaders.ETag) return reply.code(304).send();
    return reply.type('text/plain').send(page);
  });
  app.get<Query>('/redirect', ({ gk, query }, reply) => {
    pageOf(gk, query.flags);
    return setPageHeaders(reply).redirect('/page');
  });
  app.get<Query>('/error', ({ gk, query }, reply) => {
    pageOf(gk, query.flags);
    setPageHeaders(reply);
    throw new Error('/error');
  });
  app.get<Query>('/stream', ({ gk, query }, reply) => {
    const start = pageOf(gk, query.flags);
    return setPageHeaders(reply)
      .type('text/plain')
      .send(Readable.from(parts(start, () => ` ${pageOf(gk, query.late)}`)));
  });
  app.get<Query>('/in-page', ({ gk, query }, reply) => {
    pageOf(gk, query.flags);
    return reply.type('text/html').send(`<!doctype html><title>In-page</title>${gk.usedScript()}`);
  });
  app.post<Query>('/override', ({ gk, query }) => ({
    set: gk.setBrowserOverrideVariant(String(query.flag), String(query.variant)),
  }));
  app.get('/slow', async ({ gk, raw }: FastifyRequest) => pageAfterClose(raw, gk));
  app.get('/endless', ({ gk, raw }, reply) =>
    setPageHeaders(reply).send(Readable.from(parts(pageOf(gk, 'FLAG_A'), () => pageAfterClose(raw, gk)))),
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  return Number(new URL(app.listeningOrigin).port);
}

function setPageHeaders(reply: FastifyReply): FastifyReply {
  return reply.headers(FIXTURE.pageHeaders);
}

async function* parts(start: string, end: () => string | Promise<string>): AsyncGenerator<string> {
  yield start;
  yield await end();
}
