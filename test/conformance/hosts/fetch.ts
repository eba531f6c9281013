import { FIXTURE, type SiteName } from '../../../server-lib/cli/conform/fixture.ts';
import { handle, openGate } from '../../../server-lib/fetch.ts';
import type { FlagDefinitions, Gate } from '../../../server-lib/index.ts';
import { fetchServer } from '../../helpers/http/fetch-server.ts';
import { attributesOf, evaluationsOf, keeperOf, OFREP, pageOf, userOf } from '../definitions.ts';
import { nodeHost, portOf } from '../node-host.ts';

export const host = nodeHost({ name: 'fetch', module: 'fetch' });

/** Serves a site on a free port. */
export function serve(site: SiteName): Promise<number> {
  const keeper = keeperOf(site);
  const server = fetchServer(async (request) => {
    const { gk, finish } = openGate(keeper, request, { userId: userOf, attributes: attributesOf });
    Object.assign(request, { gk }); // for the policy
    const own = await handle(keeper, request, { ofrep: OFREP, overridePage: {} });
    if (own !== undefined) return own;
    try {
      return finish(respond(request, gk));
    } catch {
      return finish(new Response('Failed', { status: 500 }));
    }
  });
  return portOf(server.listen(0, '127.0.0.1'));
}

function respond(request: Request, gk: Gate<FlagDefinitions>): Response {
  const { pathname, searchParams } = new URL(request.url);
  const [flags, late, user] = ['flags', 'late', 'for'].map((name) => searchParams.get(name) ?? undefined);
  const headers = new Headers(Object.entries<string>(FIXTURE.pageHeaders));
  switch (`${request.method === 'HEAD' && pathname === '/page' ? 'GET' : request.method} ${pathname}`) {
    case 'GET /conformance':
      return Response.json(evaluationsOf(gk, flags, user));
    case 'GET /page': {
      const page = pageOf(gk, flags);
      const padding = searchParams.get('padding');
      if (padding !== null) headers.set('X-Padding', 'x'.repeat(Number(padding)));
      const isKnown = request.headers.get('if-none-match') === FIXTURE.pageHeaders.ETag;
      return isKnown ? new Response(null, { status: 304, headers }) : new Response(page, { headers });
    }
    case 'GET /redirect':
      pageOf(gk, flags);
      headers.set('Location', '/page');
      return new Response(null, { status: 302, headers });
    case 'GET /error':
      pageOf(gk, flags);
      throw new Error('/error');
    case 'GET /stream': {
      const parts = [() => pageOf(gk, flags), () => ` ${pageOf(gk, late)}`];
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(encode(parts[0]?.())),
        pull(controller) {
          controller.enqueue(encode(parts[1]?.()));
          controller.close();
        },
      });
      return new Response(body, { headers });
    }
    case 'GET /in-page': {
      pageOf(gk, flags);
      const html = `<!doctype html><title>In-page</title>${gk.usedScript()}`;
      return new Response(html, { headers: { 'Content-Type': 'text/html' } });
    }
    case 'POST /override': {
      const [flag = '', variant = ''] = ['flag', 'variant'].map((name) => searchParams.get(name) ?? '');
      return Response.json({ set: gk.setBrowserOverrideVariant(flag, variant) });
    }
    default:
      return new Response('Not found', { status: 404 });
  }
}

const encode = (text = ''): Uint8Array => new TextEncoder().encode(text);
