import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ProductionShop {
  readonly url: string;
  close(): void;
}

/** Opens the demo shop as an operator would, with nothing configured. */
export async function openProductionShop(): Promise<ProductionShop> {
  const shop = spawn(process.execPath, ['--import', 'tsx', 'examples/shop/server.ts'], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { ...process.env, NODE_ENV: 'production', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const text of shop.stdout) {
    const port = /localhost:(\d+)/.exec(String(text))?.[1];
    if (port !== undefined) return { url: `http://production.localhost:${port}/`, close: () => shop.kill() };
  }
  throw new Error('The shop ended without a word');
}
