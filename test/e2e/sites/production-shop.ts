import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** Opens the demo shop as an operator would, with nothing configured; resolves to its port. */
export async function openProductionShop(): Promise<string> {
  const shop = spawn(process.execPath, ['--import', 'tsx', 'examples/shop/server.ts'], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { ...process.env, NODE_ENV: 'production', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  afterAll(() => {
    shop.kill();
  });
  for await (const text of shop.stdout) {
    const port = /localhost:(\d+)/.exec(String(text))?.[1];
    if (port !== undefined) return port;
  }
  throw new Error('the shop ended without a word');
}
