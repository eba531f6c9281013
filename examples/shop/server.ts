import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createShop } from './app.ts';
import { openRules } from './rules.ts';

// The demo runs on a developer's own machine, also without a terminal (docs/security.md, "Who may override").
process.env.NODE_ENV ||= 'development';

const port = process.env.PORT ?? '3000';
const rules = await openRules(process.env.RULES);
const server = createServer(createShop({ rules }));

server.on('listening', () => {
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  console.log(`The shop is open: ${url}\nIts rules: ${rules.file}`); // in one write: a reader of the address may close the pipe
});

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

// Loopback only, because every user can sign in without a password.
if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) server.listen(Number(port), '127.0.0.1');
else stayClosed(`PORT must be a number from 0 to 65535, got "${port}"`);

function stayClosed(reason: string): void {
  console.error(`The shop cannot open: ${reason}. Choose a port, for example: PORT=3001 npm start`);
  process.exitCode = 1;
  void rules.close();
}
