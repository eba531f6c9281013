import type { Server } from 'node:http';
import { serve as serveOnNode } from '@hono/node-server';
import type { SiteName } from '../../../server-lib/cli/conform/fixture.ts';
import { honoFixture } from '../hono-fixture.ts';
import { nodeHost, portOf } from '../node-host.ts';

export const host = nodeHost({ name: 'Hono on Node', module: 'hono' });

/** Serves a site on a free port. */
export function serve(site: SiteName): Promise<number> {
  const { fetch } = honoFixture(site);
  return portOf(serveOnNode({ fetch, port: 0, hostname: '127.0.0.1' }) as Server);
}
