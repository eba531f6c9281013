import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createShop } from './app.ts';
import { openRules } from './rules.ts';

// The demo runs on a developer's own machine, also without a terminal (docs/security.md, "Who may override").
process.env.NODE_ENV ||= 'development';

const port = process.env.PORT ?? '3000';
// Loopback only, unless it is asked for, because every user can sign in without a password.
const isInNetwork = process.env.NETWORK === '1';
const rules = await openRules(process.env.RULES);
const server = createServer(createShop({ rules }));

server.on('listening', () => {
  const { port } = server.address() as AddressInfo;
  const inNetwork = isInNetwork ? networkHosts().map((host) => `In your network: http://${host}:${port}`) : [];
  const lines = [`The shop is open: http://localhost:${port}`, ...inNetwork, `Its rules: ${rules.file}`];
  console.log(lines.join('\n')); // in one write: a reader of the address may close the pipe
});

/** This computer's addresses for a phone in the same network. */
function networkHosts(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
}

server.on('close', () => rules.close());

server.on('error', (error: NodeJS.ErrnoException) => {
  stayClosed(error.code === 'EADDRINUSE' ? `port ${port} is in use` : `port ${port}: ${error.message}`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close();
    setTimeout(() => server.closeAllConnections(), 500).unref(); // a browser's idle preconnections
  });
}

if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) {
  server.listen(Number(port), isInNetwork ? '0.0.0.0' : '127.0.0.1');
} else stayClosed(`PORT must be a number from 0 to 65535, got "${port}"`);

function stayClosed(reason: string): void {
  console.error(`The shop cannot open: ${reason}. Choose a port, for example: PORT=3001 npm start`);
  process.exitCode = 1;
  void rules.close();
}
