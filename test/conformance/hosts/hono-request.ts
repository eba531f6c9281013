import type { SiteName } from '../../../server-lib/cli/conform/fixture.ts';
import { fetchServer } from '../../helpers/http/fetch-server.ts';
import { honoFixture } from '../hono-fixture.ts';
import { nodeHost, portOf } from '../node-host.ts';

export const host = nodeHost({ name: 'Hono, app.request()', module: 'hono-request' });

/** Serves a site on a free port. */
export function serve(site: SiteName): Promise<number> {
  const app = honoFixture(site);
  return portOf(fetchServer(async (request) => app.request(request)).listen(0, '127.0.0.1'));
}
