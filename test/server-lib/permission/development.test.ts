import { afterEach, expect, test, vi } from 'vitest';
import { isDevelopment, readDevelopmentSignals } from '../../../server-lib/permission/development.ts';
import { nodeRequest } from '../../helpers/http/node-request.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const LOCAL = { peer: '127.0.0.1', host: 'localhost:3000' };
const REMOTE = { peer: '203.0.113.7', host: 'shop.example.com' };

const rule = (
  nodeEnv: string | undefined,
  peer: string | undefined,
  host: string | undefined,
  headers: string[] = [],
) =>
  isDevelopment({
    nodeEnv,
    hasTerminal: true,
    remoteAddress: peer,
    hosts: host === undefined ? [] : [host],
    target: undefined,
    httpVersion: '1.1',
    headerNames: headers,
  });

test.each([
  { NODE_ENV: 'development', open: true },
  { NODE_ENV: 'test', open: true },
  { NODE_ENV: 'production', open: false },
  { NODE_ENV: 'staging', open: false },
  { NODE_ENV: 'dev', open: false },
  { NODE_ENV: 'Development', open: false },
  { NODE_ENV: 'TEST', open: false },
  { NODE_ENV: ' test', open: false },
  { NODE_ENV: 'undefined', open: false },
])('NODE_ENV "$NODE_ENV" alone decides for requests from any address: $open', ({ NODE_ENV, open }) => {
  expect(rule(NODE_ENV, LOCAL.peer, LOCAL.host)).toBe(open);
  expect(rule(NODE_ENV, REMOTE.peer, REMOTE.host, ['x-forwarded-for'])).toBe(open);
});

test.each([
  { peer: '127.0.0.1', open: true },
  { peer: '127.8.9.10', open: true },
  { peer: '::1', open: true },
  { peer: '::ffff:127.0.0.1', open: true },
  { peer: undefined, open: false }, // a Unix socket, or none: often a proxy's
  { peer: '', open: false },
  { peer: '10.0.0.1', open: false },
  { peer: '192.168.0.2', open: false },
  { peer: '172.17.0.1', open: false },
  { peer: '203.0.113.7', open: false },
  { peer: '128.0.0.1', open: false },
  { peer: '1127.0.0.1', open: false },
  { peer: '::', open: false },
  { peer: '::2', open: false },
  { peer: 'fe80::1', open: false },
  { peer: '::ffff:10.0.0.1', open: false },
  { peer: '::ffff:203.0.113.127', open: false },
])('without NODE_ENV, the peer $peer counts as this machine: $open', ({ peer, open }) => {
  expect(rule(undefined, peer, 'localhost')).toBe(open);
  expect(rule('', peer, 'localhost')).toBe(open);
});

test.each([
  { host: 'localhost', open: true },
  { host: 'localhost:3000', open: true },
  { host: 'LOCALHOST:3000', open: true },
  { host: 'LocalHost', open: true },
  { host: '127.0.0.1', open: true },
  { host: '127.0.0.1:8080', open: true },
  { host: '127.1.2.3:8080', open: true },
  { host: '[::1]', open: true },
  { host: '[::1]:3000', open: true },
  { host: undefined, open: false },
  { host: '', open: false },
  { host: ':3000', open: false },
  { host: 'shop.example.com', open: false },
  { host: '127.0.0.1.evil.com', open: false },
  { host: '127.0.0.1.evil.com:3000', open: false },
  { host: 'localhost.evil.com', open: false },
  { host: 'evil.com:localhost', open: false },
  { host: 'notlocalhost', open: false },
  { host: 'sub.localhost', open: false },
  { host: 'localhost.', open: false },
  { host: 'localhost:3000:80', open: false },
  { host: 'localhost:3000@evil.com', open: false },
  { host: 'evil.com\nlocalhost', open: false },
  { host: 'localhost\n', open: false },
  { host: '127.0.0.1\n', open: false },
  { host: '127.0.0', open: false },
  { host: '127.1', open: false },
  { host: '127.0.0.1.', open: false },
  { host: '1270.0.0.1', open: false },
  { host: '10.0.0.1', open: false },
  { host: '0.0.0.0', open: false },
  { host: '2130706433', open: false },
  { host: '::1', open: false },
  { host: '[::1].evil.com', open: false },
  { host: '[::2]', open: false },
])('without NODE_ENV, the host $host counts as this machine: $open', ({ host, open }) => {
  expect(rule(undefined, '127.0.0.1', host)).toBe(open);
  expect(rule(undefined, '203.0.113.7', host)).toBe(false);
});

test.each([
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-host',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
])('without NODE_ENV, the header %s indicates a proxy, with any value', (name) => {
  vi.stubEnv('NODE_ENV', undefined);
  const headers = { host: 'localhost', accept: '*/*', [name]: '' };

  expect(isDevelopment(readDevelopmentSignals(nodeRequest({ peer: '127.0.0.1', headers }), () => true))).toBe(false);
});

test.each(['accept', 'cookie', 'origin', 'x-request-id', 'x-requested-with', 'upgrade-insecure-requests'])(
  'without NODE_ENV, the header %s does not indicate a proxy',
  (name) => {
    expect(rule(undefined, '127.0.0.1', 'localhost', ['host', name])).toBe(true);
  },
);

test('without a request, the result is closed', () => {
  vi.stubEnv('NODE_ENV', undefined);

  expect(isDevelopment(readDevelopmentSignals(undefined, () => true))).toBe(false);
});
