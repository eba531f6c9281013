import { createServer, request as get, type Server } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { isDevelopment, readDevelopmentSignals } from '../../../server-lib/permission/development.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The result of the rule for a real request that is sent to `where`. */
async function ruleOver(listen: (server: Server) => void, where: (server: Server) => object): Promise<string> {
  const server = createServer((request, response) =>
    response.end(String(isDevelopment(readDevelopmentSignals(request, () => true)))),
  );
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
])('over $over the rule returns $open', async ({ address, headers, open }) => {
  if (!hasIPv6 && address.startsWith('::')) return;
  vi.stubEnv('NODE_ENV', undefined);
  const host = address === '::' ? '127.0.0.1' : address;

  const result = await ruleOver(
    (server) => server.listen(0, address),
    (server) => ({ host, port: portOf(server), headers: { host: 'LOCALHOST:3000', ...headers } }),
  );

  expect(result).toBe(open);
});

test('over a Unix socket, which may be a proxy’s, the rule returns false', async () => {
  vi.stubEnv('NODE_ENV', undefined);
  const socketPath = path.join(tmpdir(), `gatekeeper-${process.pid}.sock`);

  expect(
    await ruleOver(
      (server) => server.listen(socketPath),
      () => ({ socketPath }),
    ),
  ).toBe('false');
});

/** The result of the rule for the bytes of a request, sent from this machine. */
async function ruleOnBytes(text: string): Promise<string> {
  const server = createServer((request, response) =>
    response.end(String(isDevelopment(readDevelopmentSignals(request, () => true)))),
  ).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  try {
    const socket = connect(portOf(server), '127.0.0.1');
    socket.end(text);
    const answer = (await socket.setEncoding('latin1').toArray()).join('');
    return answer.slice(answer.indexOf('\r\n\r\n') + 4);
  } finally {
    server.close();
  }
}

test.each([
  { request: 'GET / HTTP/1.1', fields: ['Host: localhost'], open: 'true' },
  { request: 'GET / HTTP/1.0', fields: ['Host: localhost'], open: 'false' },
  { request: 'GET / HTTP/1.1', fields: ['Host: localhost', 'Host: shop.example.com'], open: 'false' },
  { request: 'GET / HTTP/1.1', fields: ['Host: localhost', 'hOST: localhost'], open: 'false' },
  { request: 'GET http://shop.example.com/ HTTP/1.1', fields: ['Host: localhost'], open: 'false' },
  { request: 'GET http://localhost:3000/ HTTP/1.1', fields: ['Host: localhost:3000'], open: 'true' },
  { request: 'GET http://localhost/ HTTP/1.1', fields: ['Host: shop.example.com'], open: 'false' },
])('for "$request" with $fields the rule returns $open', async ({ request, fields, open }) => {
  vi.stubEnv('NODE_ENV', undefined);

  expect(await ruleOnBytes([request, ...fields, 'Connection: close', '', ''].join('\r\n'))).toBe(open);
});

test.each([
  { authority: 'localhost', more: {}, open: 'true' },
  { authority: 'shop.example.com', more: {}, open: 'false' },
  { authority: 'localhost', more: { host: 'localhost' }, open: 'false' },
  { authority: 'localhost', more: { 'x-forwarded-for': '203.0.113.7' }, open: 'false' },
])('over HTTP/2 to $authority with $more the rule returns $open', async ({ authority, more, open }) => {
  vi.stubEnv('NODE_ENV', undefined);
  const server = createHttp2Server((request, response) =>
    response.end(String(isDevelopment(readDevelopmentSignals(request as never, () => true)))),
  ).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const session = connectHttp2(`http://127.0.0.1:${portOf(server as never)}`);
  try {
    const stream = session.request({ ':path': '/', ':authority': authority, ...more });

    expect((await stream.setEncoding('utf8').toArray()).join('')).toBe(open);
  } finally {
    session.close();
    server.close();
  }
});
