import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { keyBytes } from '../../helpers/grants/key-bytes.ts';

export interface ProductionShop {
  readonly url: string;
  close(): void;
}

/** Starts the demo shop in production, with nothing configured. */
export async function openProductionShop(): Promise<ProductionShop> {
  const { port, close } = await startShop({ PORT: '0' });
  return { url: `http://production.localhost:${port}/`, close };
}

/** Starts the demo shop in production, with grants, which Ada can request. */
export async function openGrantingShop(): Promise<ProductionShop> {
  const url = `http://localhost:${await freePort()}`;
  const GATEKEEPER_KEY = keyBytes(32).toString('base64url');
  const { close } = await startShop({ PORT: new URL(url).port, PUBLIC_ORIGIN: url, GATEKEEPER_KEY });
  return { url: `${url}/`, close };
}

async function startShop(settings: Readonly<Record<string, string>>): Promise<{ port: string; close(): void }> {
  const shop = spawn(process.execPath, ['--import', 'tsx', 'examples/shop/server.ts'], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { ...process.env, ...settings, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const text of shop.stdout) {
    const port = /localhost:(\d+)/.exec(String(text))?.[1];
    if (port !== undefined) return { port, close: () => shop.kill() };
  }
  throw new Error('The shop ended before it printed its URL');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
