import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { packedCopy } from '../../helpers/package/packed-copy.ts';
import type { HostSite } from './host-contract.ts';

/** Starts `<name>-site.mjs`, which prints its port, with the packed package, in development and in production. */
export async function openNodeSite(name: string): Promise<HostSite> {
  const packed = await packedCopy();
  const program = path.join(packed.folder, `${name}-site.mjs`);
  cpSync(path.join(import.meta.dirname, `${name}-site.mjs`), program);
  const sites = ['development', 'production'].map((environment) =>
    spawn(process.execPath, [program], {
      cwd: packed.folder,
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
      packed.remove();
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
