import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from './run.mjs';

/** The port to serve on: PORT, or 3000 if it is unset; `undefined` if PORT is not a valid port. */
export function wantedPort(text = process.env.PORT) {
  if (!text) return 3000;
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** Whether a port is free. */
export function isFree(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, () => probe.close(() => resolve(true)));
  });
}

/** Starts the demo shop and resolves when it responds; `ended` resolves to its exit code. */
export async function startShop(port) {
  // One process without a wrapper (npx, or the child of tsx), so that a signal ends it.
  const { ended } = start(process.execPath, ['--import', 'tsx', 'examples/shop/server.ts'], {
    env: { ...process.env, NODE_ENV: process.env.NODE_ENV || 'development', PORT: String(port) },
  });
  const url = `http://localhost:${port}/`;
  await Promise.race([
    waitForResponse(url),
    ended.then((code) => Promise.reject(new Error(`the shop ended with exit code ${code}`))),
  ]);
  return { url, ended };
}

async function waitForResponse(url, timeout = 60_000) {
  for (const end = Date.now() + timeout; Date.now() < end; await sleep(100)) {
    // Any status shows that the server listens.
    if (await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)) return;
  }
  throw new Error(`Expected a response from ${url} within ${timeout / 1000} s, got none`);
}
