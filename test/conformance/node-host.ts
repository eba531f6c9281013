import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import path from 'node:path';
import type { SiteName } from '../../server-lib/cli/conform/fixture.ts';
import { IS_DEEP } from '../helpers/vitest/depth.ts';
import { CAPABILITIES } from './definitions.ts';

/** A framework whose fixture the conformance run asks. */
export interface ConformanceHost {
  readonly name: string;
  start(): Promise<RunningFixture>;
}

export interface RunningFixture {
  /** The URL for `gatekeeper-flags conform`. */
  readonly url: string;
  stop(): void;
}

/**
 * A host whose module in hosts/ exports `serve(site)`, or whose `program` serves the sites that its arguments name.
 * `npm run test:deep` bundles a module for the packed package. `capabilities` adds what is not possible there to the capabilities of this library.
 */
export function nodeHost({
  name,
  module = '',
  program,
  capabilities = {},
}: {
  readonly name: string;
  readonly module?: string;
  readonly program?: readonly string[];
  readonly capabilities?: Readonly<Record<string, true | string>>;
}): ConformanceHost {
  return {
    name,
    async start() {
      const { args, remove } = program === undefined ? await programOf(module) : { args: program, remove: () => {} };
      const processes = [
        startSites(args, ['policy', 'closed', 'grants'], 'production'),
        startSites(args, ['development'], 'development'),
      ];
      const stop = (): void => {
        for (const { child } of processes) child.kill();
        remove();
      };
      try {
        const sites = Object.assign({}, ...(await Promise.all(processes.map(({ ready }) => ready))));
        const description = await serveDescription({ name, sites, capabilities: { ...CAPABILITIES, ...capabilities } });
        return {
          url: description.url,
          stop() {
            description.stop();
            stop();
          },
        };
      } catch (error) {
        stop();
        throw error;
      }
    },
  };
}

/** The program that serves the sites of a module: from our sources, or in test:deep with the packed package. */
async function programOf(module: string): Promise<{ readonly args: readonly string[]; remove(): void }> {
  const sources = path.join(import.meta.dirname, 'serve-sites.ts');
  if (!IS_DEEP) return { args: ['--import', 'tsx', sources, module], remove: () => {} };
  const { bundleFor, packedCopy } = await import('../helpers/package/packed-copy.ts'); // not in the program itself
  const packed = await packedCopy();
  return { args: [await bundleFor(packed, sitesOf(module))], remove: packed.remove };
}

/** A program that serves the sites of a module in hosts/, as one text. */
export function sitesOf(module: string): { readonly text: string; readonly from: string } {
  const text = `
    import { serve } from './hosts/${module}.ts';
    import { serveSites } from './node-host.ts';
    await serveSites(serve, process.argv.slice(2));`;
  return { text, from: import.meta.dirname };
}

/** Serves a site on a free port. */
export type ServeSite = (site: SiteName) => Promise<number>;

/** Serves sites of a host, each on its own port, and prints their URLs, until the process that started this one ends. */
export async function serveSites(serve: ServeSite, sites: readonly string[]): Promise<void> {
  const ports = await Promise.all(sites.map((site) => serve(site as SiteName)));
  const urls = sites.map((site, at) => [site, `http://127.0.0.1:${ports[at]}`]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(urls))}\n`);
  process.stdin.resume().once('end', () => process.exit()); // its end closes the pipe
}

/** Serves the description of a fixture. */
export async function serveDescription(description: {
  readonly name: string;
  readonly sites: Readonly<Partial<Record<SiteName, string>>>;
  readonly capabilities: Readonly<Record<string, true | string>>;
}): Promise<RunningFixture> {
  const body = JSON.stringify({ conformance: 1, ...description });
  const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${await portOf(server)}`, stop };
}

/** The port of a server that was told to listen. */
export async function portOf(server: Server): Promise<number> {
  if (!server.listening) await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Starts a process that serves sites of a host. `ready` resolves to their URLs. */
function startSites(program: readonly string[], sites: readonly SiteName[], environment: string) {
  const child = spawn(process.execPath, [...program, ...sites], {
    env: { ...process.env, NODE_ENV: environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const ready = new Promise<Readonly<Record<string, string>>>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
      if (output.endsWith('\n')) resolve(JSON.parse(output));
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program.at(-1)} ended with ${code}: ${errors}`)));
  });
  return { child, ready };
}
