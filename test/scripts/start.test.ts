import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runNode } from '../helpers/processes/process.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';

const start = (args: readonly string[], env: Record<string, string>) =>
  runNode(['scripts/start.mjs', ...args], { env: { ...process.env, ...env } });

test('npm start prints one line if its port is in use', async () => {
  const other = await listening();
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;

  const ended = await start(['--no-browser'], { PORT: String(port) });

  const line = `gatekeeper: port ${port} is in use; choose another: PORT=${port + 1} npm start\n`;
  expect(ended).toEqual({ code: 1, output: line });
});

test.each([
  // arguments                      PORT     output
  [['--no-browser'], 'http', 'gatekeeper: PORT must be a port number from 1 to 65535, got "http"\n'],
  [['--no-browser'], '65536', 'gatekeeper: PORT must be a port number from 1 to 65535, got "65536"\n'],
  [
    ['--browser', 'netscape'],
    '0',
    'gatekeeper: --browser must be chromium or firefox; --no-browser starts only the shop\n',
  ],
])('npm start %j with PORT=%s prints one line and fails', async (args, PORT, output) => {
  expect(await start(args, { PORT })).toEqual({ code: 1, output });
});

test('SIGTERM to npm, which does not forward it, also ends the shop', async () => {
  const PORT = String(await freePort());
  const npm = spawn('npm', ['start', '--', '--no-browser'], {
    cwd: ROOT,
    env: { ...process.env, PORT },
    stdio: 'ignore',
  });
  onTestFinished(() => void npm.kill());
  const shopResponds = () =>
    fetch(`http://127.0.0.1:${PORT}/`).then(
      () => true,
      () => false,
    );
  await vi.waitUntil(shopResponds, { timeout: 40_000, interval: 100 });

  npm.kill('SIGTERM');

  await vi.waitUntil(async () => !(await shopResponds()), { timeout: 10_000, interval: 100 });
});

async function listening(): Promise<net.Server> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function freePort(): Promise<number> {
  const server = await listening();
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
