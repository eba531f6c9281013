import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { folderForThisTest } from '../temporary-folder.ts';

/**
 * Starts nginx with a cache in front of the server on port `upstream`, until the test ends. Resolves to its origin.
 * `directives` are added to its location.
 */
export function startNginx(upstream: number, directives = ''): Promise<string> {
  return startNginxWith(`${cachingLocation(upstream)} ${directives}`);
}

/** Starts nginx with these directives in `location /`, until the test ends. Resolves to its origin. */
export async function startNginxWith(location: string): Promise<string> {
  const folder = folderForThisTest();
  const port = await freePort();
  for (const name of ['cache', 'logs', 'temp']) mkdirSync(path.join(folder, name));
  writeFileSync(path.join(folder, 'nginx.conf'), configuration(port, location));
  // nginx runs in the foreground and as one process (see `configuration`), so `kill` ends all of it.
  const args = ['-p', `${folder}/`, '-c', 'nginx.conf', '-e', 'logs/error.log'];
  // Debian installs nginx into a folder that is only in root's PATH.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  const child = spawn('nginx', args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let problem = '';
  child.stderr.on('data', (text) => {
    problem += text;
  });
  child.once('error', (error) => {
    problem += `${error.message}: install the package nginx`;
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  const origin = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 1_200; tries++) {
    if (child.exitCode !== null || problem.includes('install')) break;
    if (await fetch(`${origin}/nginx-is-there`).catch(() => undefined)) return origin;
    await later(50);
  }
  throw new Error(`nginx does not respond: ${problem}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}

const cachingLocation = (upstream: number): string => `
      proxy_pass http://127.0.0.1:${upstream};
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_cache pages;
      proxy_cache_key $request_method$request_uri;
      add_header X-Cache $upstream_cache_status always;`;

const configuration = (port: number, location: string): string => `
daemon off;
master_process off;
pid nginx.pid;
error_log logs/error.log;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path temp/body;
  proxy_temp_path temp/proxy;
  fastcgi_temp_path temp/fastcgi;
  uwsgi_temp_path temp/uwsgi;
  scgi_temp_path temp/scgi;
  proxy_cache_path cache keys_zone=pages:1m;
  server {
    listen 127.0.0.1:${port};
    location / {${location}
    }
  }
}
`;
