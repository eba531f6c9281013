import path from 'node:path';
import { build } from 'esbuild';
import { SITES, type SiteName } from '../../server-lib/cli/conform/fixture.ts';
import { buildNextProject, type NextVersion } from '../helpers/processes/next-project.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';
import { CAPABILITIES } from './definitions.ts';
import { type ConformanceHost, serveDescription } from './node-host.ts';

const NOT_POSSIBLE = {
  'overrides.requests': 'Next redirects a request whose target is a URL',
  'overrides.closed': 'Next redirects a request whose target is a URL',
  'caches.no-flag': 'the proxy runs before the page, so it makes each page of a browser with overrides private',
};

/** The application of test/conformance/next, built with a version of Next. */
export function nextHost(name: string, version: NextVersion): ConformanceHost {
  return {
    name,
    async start() {
      const project = await buildNextProject('test/conformance/next', version, (folder) =>
        writeDefinitions(path.join(folder, 'definitions.mjs')),
      );
      const servers = await Promise.all(SITES.map((site) => project.start(environmentOf(site))));
      const sites = Object.fromEntries(SITES.map((site, at) => [site, servers[at]?.origin]));
      const description = await serveDescription({ name, sites, capabilities: { ...CAPABILITIES, ...NOT_POSSIBLE } });
      return {
        url: description.url,
        stop() {
          description.stop();
          for (const server of servers) server.close();
          project.remove();
        },
      };
    },
  };
}

// A production build runs with NODE_ENV=test, too.
const environmentOf = (site: SiteName) => ({ SITE: site, NODE_ENV: site === 'development' ? 'test' : 'production' });

/** What the hosts share, as one module beside the package. */
async function writeDefinitions(file: string): Promise<void> {
  const library = path.join(ROOT, 'server-lib/index.ts');
  await build({
    stdin: {
      contents: "export * from './definitions.ts';\nexport { FIXTURE } from '../../server-lib/cli/conform/fixture.ts';",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'esm',
    outfile: file,
    plugins: [
      {
        name: 'package',
        setup: ({ onResolve }) =>
          onResolve({ filter: /index\.ts$/ }, ({ path: to, resolveDir }) =>
            path.resolve(resolveDir, to) === library ? { path: 'gatekeeper-flags', external: true } : undefined,
          ),
      },
    ],
  });
}
