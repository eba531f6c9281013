import { createServer, request as get, type Server } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { isDevelopment, surroundingsOf } from '../../../server-lib/authority/development.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** What the rule says to a real request that is sent to `where`. */
async function ruleOver(listen: (server: Server) => void, where: (server: Server) => object): Promise<string> {
  const server = createServer((request, response) => response.end(String(isDevelopment(surroundingsOf(request)))));
  listen(server);
  await new Promise((listening) => server.once('listening', listening));
  try {
    return await new Promise((resolve, reject) => {
      const request = get({ headers: { host: 'LOCALHOST:3000' }, agent: false, ...where(server) }, (response) => {
        response.setEncoding('utf8').once('data', resolve);
      });
      request.once('error', reject).end();
    });
  } finally {
    server.close();
  }
}

const portOf = (server: Server) => (server.address() as { readonly port: number }).port;

const hasIPv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

test.each([
  { over: 'IPv4', address: '127.0.0.1', headers: {}, open: 'true' },
  { over: 'IPv4, forwarded', address: '127.0.0.1', headers: { 'X-Forwarded-For': '1.2.3.4' }, open: 'false' },
  { over: 'IPv4, for another host', address: '127.0.0.1', headers: { host: 'shop.example.com' }, open: 'false' },
  { over: 'IPv6', address: '::1', headers: {}, open: 'true' },
  { over: 'IPv4, to a socket for both', address: '::', headers: {}, open: 'true' },
])('over $over the rule says $open', async ({ address, headers, open }) => {
  if (!hasIPv6 && address.startsWith('::')) return;
  vi.stubEnv('NODE_ENV', undefined);
  const host = address === '::' ? '127.0.0.1' : address;

  const said = await ruleOver(
    (server) => server.listen(0, address),
    (server) => ({ host, port: portOf(server), headers: { host: 'LOCALHOST:3000', ...headers } }),
  );

  expect(said).toBe(open);
});

test('over a Unix socket, where a proxy may sit, the rule says false', async () => {
  vi.stubEnv('NODE_ENV', undefined);
  const socketPath = path.join(tmpdir(), `gatekeeper-${process.pid}.sock`);

  expect(
    await ruleOver(
      (server) => server.listen(socketPath),
      () => ({ socketPath }),
    ),
  ).toBe('false');
});
