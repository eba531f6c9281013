import { type ChildProcess, spawn } from 'node:child_process';
import { ROOT } from '../../helpers/repository/source-tree.ts';
import type { HostSite } from './host-contract.ts';

/** Starts `<name>-site.mjs`, which prints its port, in development and in production. */
export async function openNodeSite(name: string): Promise<HostSite> {
  const sites = ['development', 'production'].map((environment) =>
    spawn(process.execPath, [`test/e2e/hosts/${name}-site.mjs`], {
      cwd: ROOT,
      env: { ...process.env, NODE_ENV: environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  const [development, production] = await Promise.all(sites.map(portOf));
  return {
    development: `http://${name}.localhost:${development}`,
    production: `http://${name}-production.localhost:${production}`,
    close() {
      for (const site of sites) site.kill();
    },
  };
}

function portOf(site: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let errors = '';
    site.stderr?.on('data', (text) => {
      errors += text;
    });
    site.stdout?.once('data', (line) => resolve(Number(line)));
    site.once('error', reject);
    site.once('exit', (code) => reject(new Error(`the site ended with ${code}: ${errors}`)));
  });
}
