import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { runNode } from '../support/process.ts';

const start = (args: readonly string[], env: Record<string, string>) =>
  runNode(['scripts/start.mjs', ...args], { env: { ...process.env, ...env } });

test('npm start says in one line that its port is in use', async () => {
  const other = http.createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;

  const ended = await start(['--no-browser'], { PORT: String(port) });

  const line = `gatekeeper: port ${port} is in use; choose another: PORT=${port + 1} npm start\n`;
  expect(ended).toEqual({ code: 1, output: line });
});

test.each([
  // arguments                      PORT     complaint
  [['--no-browser'], 'http', 'gatekeeper: PORT is "http", which is not a port\n'],
  [['--no-browser'], '65536', 'gatekeeper: PORT is "65536", which is not a port\n'],
  [['--browser', 'netscape'], '0', 'gatekeeper: --browser is chromium or firefox\n'],
])('npm start %j with PORT=%s is one line and a failure', async (args, PORT, output) => {
  expect(await start(args, { PORT })).toEqual({ code: 1, output });
});
