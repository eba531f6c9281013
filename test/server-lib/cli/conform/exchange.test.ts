import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Exchange } from '../../../../server-lib/cli/conform/exchange.ts';
import { portOf } from '../../../conformance/node-host.ts';

const LIMITS = { milliseconds: 60_000, bytes: 10_000 };
const GET = { method: 'GET', target: '/', headers: [] } as const;

/** An exchange with a server that calls `respond` with each piece of a request. */
async function exchangeWith(respond: (socket: Socket, text: string) => void, limits = LIMITS): Promise<Exchange> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.setEncoding('latin1').on('data', (text: unknown) => respond(socket, String(text)));
  }).listen(0, '127.0.0.1');
  const exchange = new Exchange({ host: '127.0.0.1', port: await portOf(server) }, limits);
  onTestFinished(() => {
    exchange.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return exchange;
}

const once = (text: string) => exchangeWith((socket) => socket.end(text, 'latin1'));

test.each([
  ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 'ok'],
  ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x=y\r\nk\r\n0\r\n\r\n', 'ok'],
  ['the end of the connection', 'HTTP/1.0 200 OK\r\n\r\nok', 'ok'],
  ['an informational response before it', 'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200\r\n\r\nok', 'ok'],
  ['no body', 'HTTP/1.1 204 No Content\r\n\r\n', ''],
])('a response with %s is read', async (_what, text, body) => {
  const exchange = await once(text);

  expect(await exchange.send(GET)).toMatchObject({ body });
});

test('bytes are sent and received as they are', async () => {
  let sent = '';
  const exchange = await exchangeWith((socket, text) => {
    sent += text;
    socket.end('HTTP/1.1 200 OK\r\nX-A: \xff\r\nx-a: 2\r\nContent-Length: 1\r\n\r\n\xfe', 'latin1');
  });

  const { headers, body } = await exchange.send({ ...GET, target: 'http://a/', headers: [['cOOKIE', 'a=\x80\x01']] });

  expect(sent).toBe('GET http://a/ HTTP/1.1\r\ncOOKIE: a=\x80\x01\r\n\r\n');
  expect(headers.slice(0, 2)).toEqual([
    ['X-A', '\xff'],
    ['x-a', '2'],
  ]);
  expect(body).toBe('\xfe');
});

test('a connection is used again, and replaced if the server has closed it', async () => {
  const connections: Socket[] = [];
  const exchange = await exchangeWith((socket) => {
    if (connections.includes(socket) && connections.length === 1) return void socket.destroy();
    connections.push(socket);
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });

  const responses = [await exchange.send(GET), await exchange.send(GET), await exchange.send(GET)];

  expect(responses.map(({ body }) => body)).toEqual(['ok', 'ok', 'ok']);
  expect(new Set(connections).size).toBe(2);
});

test('an idle connection that the server closes later is replaced', async () => {
  const sockets: Socket[] = [];
  const exchange = await exchangeWith((socket) => {
    sockets.push(socket);
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  await exchange.send(GET);
  await new Promise((closed) => sockets[0]?.once('close', closed).end());

  expect(await exchange.send(GET)).toMatchObject({ body: 'ok' });
  expect(new Set(sockets).size).toBe(2);
});

test('a body after a response to HEAD is seen', async () => {
  const exchange = await once('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

  expect(await exchange.send({ ...GET, method: 'HEAD' })).toMatchObject({ status: 200, body: 'ok' });
});

test.each([
  ['nothing', '', 'the connection was closed without a response'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'the response is not HTTP'],
  ['half a head', 'HTTP/1.1 200 OK\r\nContent-Le', 'the connection was closed within the headers'],
  ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok', 'the connection was closed within the body'],
  [
    'an invalid chunk',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'the response has an invalid chunk',
  ],
  ['an invalid status', 'HTTP/1.1 OK\r\n\r\n', 'the response is not HTTP'],
  ['a body without an end', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(10_001)}`, 'the response has more than 10000 bytes'],
])('a server that sends %s gives an error that says so', async (_what, text, message) => {
  const exchange = await once(text);

  await expect(exchange.send(GET)).rejects.toThrow(message);
});

test('a response that does not end is given up after the time limit', async () => {
  const exchange = await exchangeWith((socket) => socket.write('HTTP/1.1 200 OK\r\n'), { ...LIMITS, milliseconds: 50 });

  await expect(exchange.send(GET)).rejects.toMatchObject({
    isTimeout: true,
    message: 'the response did not end within 0.05 seconds',
  });
});
