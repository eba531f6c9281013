import { type ServeSite, serveSites } from './node-host.ts';

// Serves sites of a host and prints their URLs: serve-sites.ts <host> <site>…

const [host, ...sites] = process.argv.slice(2);
const { serve }: { readonly serve: ServeSite } = await import(`./hosts/${host}.ts`);
await serveSites(serve, sites);
