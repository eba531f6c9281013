import 'reflect-metadata';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import * as nest from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { NestFactory } from '@nestjs/core';
import { FIXTURE, type SiteName } from '../../server-lib/cli/conform/fixture.ts';
import type { FlagDefinitions, Gate } from '../../server-lib/index.ts';
import { GatekeeperModule, Gk } from '../../server-lib/nest.ts';
import { attributesOf, evaluationsOf, keeperOf, OFREP, pageAfterClose, pageOf, userOf } from './definitions.ts';

// Decorators are called, because the programs that run this file do not compile them.

type AnyGate = Gate<FlagDefinitions>;
type Query = Readonly<Record<string, string | undefined>>;

/** The methods of a response that Express and Fastify have, under their two names. */
interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  type(type: string): Reply;
  send(body?: unknown): unknown;
}

class SiteController {
  evaluations(gk: AnyGate, query: Query) {
    return evaluationsOf(gk, query.flags, query.for);
  }

  page(gk: AnyGate, { flags, padding }: Query, reply: Reply, request: IncomingMessage) {
    const page = pageOf(gk, flags);
    setPageHeaders(reply);
    if (padding !== undefined) reply.header('X-Padding', 'x'.repeat(Number(padding)));
    if (request.headers['if-none-match'] === FIXTURE.pageHeaders.ETag) reply.status(304).send();
    else reply.type('text/plain').send(page);
  }

  redirect(gk: AnyGate, { flags }: Query, reply: Reply) {
    pageOf(gk, flags);
    setPageHeaders(reply).status(302).header('Location', '/page').send();
  }

  error(gk: AnyGate, { flags }: Query, reply: Reply) {
    pageOf(gk, flags);
    setPageHeaders(reply);
    throw new Error('/error');
  }

  stream(gk: AnyGate, { flags, late }: Query, reply: Reply) {
    const start = pageOf(gk, flags);
    setPageHeaders(reply);
    return new nest.StreamableFile(
      Readable.from(
        parts(start, () => ` ${pageOf(gk, late)}`),
        { objectMode: false },
      ),
    );
  }

  inPage(gk: AnyGate, { flags }: Query, reply: Reply) {
    pageOf(gk, flags);
    reply.type('text/html').send(`<!doctype html><title>In-page</title>${gk.usedScript()}`);
  }

  override(gk: AnyGate, { flag, variant }: Query) {
    return { set: gk.setBrowserOverrideVariant(String(flag), String(variant)) };
  }

  slow(gk: AnyGate, _query: Query, _reply: Reply, request: IncomingMessage) {
    return pageAfterClose(request, gk);
  }

  endless(gk: AnyGate, _query: Query, reply: Reply, request: IncomingMessage) {
    setPageHeaders(reply);
    const pages = parts(pageOf(gk, 'FLAG_A'), () => pageAfterClose(request, gk));
    return new nest.StreamableFile(Readable.from(pages, { objectMode: false }));
  }
}

type Name = Exclude<keyof SiteController, 'constructor'>;
const ROUTES: readonly (readonly [Name, MethodDecorator])[] = [
  ['evaluations', nest.Get('conformance')],
  ['page', nest.Get('page')],
  ['redirect', nest.Get('redirect')],
  ['error', nest.Get('error')],
  ['stream', nest.Get('stream')],
  ['inPage', nest.Get('in-page')],
  ['override', nest.Post('override')],
  ['slow', nest.Get('slow')],
  ['endless', nest.Get('endless')],
];
// Nest sends what these return.
const PASSES: ReadonlySet<Name> = new Set(['stream', 'error', 'endless']);
nest.Controller()(SiteController);
for (const [name, decorate] of ROUTES) {
  const { prototype } = SiteController;
  decorate(prototype, name, Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor);
  Gk()(prototype, name, 0);
  nest.Query()(prototype, name, 1);
  if (prototype[name].length > 2) nest.Res({ passthrough: PASSES.has(name) })(prototype, name, 2);
  nest.HttpCode(200)(prototype, name, Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor);
  if (prototype[name].length > 3) nest.Req()(prototype, name, 3);
}

function setPageHeaders(reply: Reply): Reply {
  for (const [name, value] of Object.entries(FIXTURE.pageHeaders)) reply.header(name, value);
  return reply;
}

async function* parts(start: string, end: () => string | Promise<string>): AsyncGenerator<string> {
  yield start;
  yield await end();
}

/** The function that serves a site on a free port, on one of the platforms. */
export function siteServer(createPlatform: () => AbstractHttpAdapter): (site: SiteName) => Promise<number> {
  return async (site) => {
    const keeper = keeperOf(site);
    class SiteModule {}
    const user = { userId: userOf, attributes: attributesOf };
    const gates = GatekeeperModule.forRoot({ keeper, ...user, ofrep: OFREP, overridePage: {} });
    nest.Module({ imports: [gates], controllers: [SiteController] })(SiteModule);
    const app = await NestFactory.create(SiteModule, createPlatform(), { logger: false });
    await app.listen(0, '127.0.0.1');
    return Number(new URL(await app.getUrl()).port);
  };
}
