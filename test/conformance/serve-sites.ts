import type { SiteName } from '../../server-lib/cli/conform/fixture.ts';

// Serves sites of a host, each on its own port, and prints their URLs: serve-sites.ts <host> <site>…

const [host, ...sites] = process.argv.slice(2);
const { serve }: { readonly serve: (site: SiteName) => Promise<number> } = await import(`./hosts/${host}.ts`);
const ports = await Promise.all(sites.map((site) => serve(site as SiteName)));
const urls = sites.map((site, at) => [site, `http://127.0.0.1:${ports[at]}`]);
process.stdout.write(`${JSON.stringify(Object.fromEntries(urls))}\n`);

// The process that started this one may be killed; its end closes the pipe.
process.stdin.resume().once('end', () => process.exit());
