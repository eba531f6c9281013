import type { IncomingMessage } from 'node:http';
import { expect, test, vi } from 'vitest';
import {
  developmentVerdict,
  isDevelopment,
  readDevelopmentSignals,
} from '../../../server-lib/permission/development.ts';
import { nodeRequest } from '../../helpers/http/node-request.ts';

const LOCAL = {
  nodeEnv: undefined,
  hasTerminal: true,
  remoteAddress: '127.0.0.1',
  hosts: ['localhost'],
  target: undefined,
  httpVersion: '1.1',
  headerNames: ['host'],
};

test.each(['127.100.0.1', '127.0.100.1', '127.0.0.100', '127.255.255.255'])(
  'all of 127/8 is this machine, such as %s, as peer and as host',
  (address) => {
    expect(isDevelopment({ ...LOCAL, remoteAddress: address })).toBe(true);
    expect(isDevelopment({ ...LOCAL, hosts: [address] })).toBe(true);
  },
);

test.each([
  'cdn-loop',
  'client-ip',
  'x-forwarded',
  'x-forwarded-anything',
  'x-azure-client-ip',
  'cf-ray',
  'cf-anything',
  'fly-region',
  'x-vercel-id',
  'x-amzn-trace-id',
  'x-envoy-attempt-count',
  'x-original-url',
  'x-arr-ssl',
])('the header %s indicates a proxy', (name) => {
  expect(isDevelopment({ ...LOCAL, headerNames: ['host', name] })).toBe(false);
});

test.each(['x-client-ip-hash', 'cfg', 'flying', 'x-amz-date', 'x-originality', 'xx-arr-ssl', 'viaduct'])(
  'the header %s does not indicate a proxy',
  (name) => {
    expect(isDevelopment({ ...LOCAL, headerNames: ['host', name] })).toBe(true);
  },
);

test.each([
  { httpVersion: '1.1', open: true },
  { httpVersion: '2.0', open: true },
  { httpVersion: '3.0', open: true },
  { httpVersion: '1.0', open: false },
  { httpVersion: '0.9', open: false },
  { httpVersion: '11.1', open: false },
  { httpVersion: '', open: false },
  { httpVersion: undefined, open: false },
])('a request with HTTP/$httpVersion can be development: $open', ({ httpVersion, open }) => {
  expect(isDevelopment({ ...LOCAL, httpVersion })).toBe(open);
});

test.each([
  { hosts: [], open: false },
  { hosts: ['localhost', 'localhost'], open: false },
  { hosts: ['localhost', 'shop.example.com'], open: false },
])('a request with the Host fields $hosts can be development: $open', ({ hosts, open }) => {
  expect(isDevelopment({ ...LOCAL, hosts })).toBe(open);
});

test('without a terminal, only NODE_ENV enables development', () => {
  expect(developmentVerdict({ ...LOCAL, hasTerminal: false })).toBe('no-terminal');
  expect(developmentVerdict({ ...LOCAL, hasTerminal: false, remoteAddress: '203.0.113.7' })).toBe('closed');
  expect(developmentVerdict({ ...LOCAL, hasTerminal: false, nodeEnv: 'test' })).toBe('open');
  expect(developmentVerdict({ ...LOCAL, hasTerminal: true, nodeEnv: 'production' })).toBe('closed');
});

test.each([
  { url: '/', target: undefined },
  { url: '*', target: undefined },
  { url: '//shop.example.com/', target: undefined },
  { url: 'http://shop.example.com/a', target: 'shop.example.com' },
  { url: 'HTTP://shop.example.com', target: 'shop.example.com' },
  { url: 'http://localhost:3000?a', target: 'localhost:3000' },
  { url: 'http://localhost@shop.example.com/', target: 'localhost@shop.example.com' },
  { url: 'http://shop.example.com#@localhost/', target: 'shop.example.com' },
])('the request target $url names the host $target', ({ url, target }) => {
  expect(readDevelopmentSignals(nodeRequest({ url })).target).toBe(target);
});

test.each([
  { target: 'localhost:3000', open: true },
  { target: 'shop.example.com', open: false },
  { target: 'localhost@shop.example.com', open: false },
  { target: '', open: false },
])('an absolute-form request target for "$target" can be development: $open', ({ target, open }) => {
  expect(isDevelopment({ ...LOCAL, target })).toBe(open);
});

test('below a mount path, the original request target counts', () => {
  const request = Object.assign(nodeRequest({ url: '/page' }), { originalUrl: 'http://shop.example.com/shop/page' });

  expect(readDevelopmentSignals(request).target).toBe('shop.example.com');
});

test('a header with an empty name does not indicate a proxy', () => {
  expect(isDevelopment({ ...LOCAL, headerNames: ['host', ''] })).toBe(true);
});

test('a request without a socket has no peer', () => {
  const request = { headers: { host: 'localhost' } } as IncomingMessage;

  expect(readDevelopmentSignals(request)).toMatchObject({
    remoteAddress: undefined,
    hosts: ['localhost'],
    headerNames: ['host'],
  });
});

test.each([
  // stdout  stdin  has a terminal
  [true, true, true],
  [true, undefined, true],
  [undefined, true, true],
  [undefined, undefined, false],
])('a process whose stdout.isTTY is %s and stdin.isTTY is %s has a terminal: %s', (stdout, stdin, expected) => {
  vi.spyOn(process, 'stdout', 'get').mockReturnValue({ isTTY: stdout } as unknown as NodeJS.WriteStream & { fd: 1 });
  vi.spyOn(process, 'stdin', 'get').mockReturnValue({ isTTY: stdin } as unknown as NodeJS.ReadStream & { fd: 0 });

  const { hasTerminal } = readDevelopmentSignals(undefined);
  vi.restoreAllMocks();

  expect(hasTerminal).toBe(expected);
});

test('a stream of a type that Node does not know is not a terminal', () => {
  const unknown = () => {
    throw new TypeError('Unknown stdin type');
  };
  vi.spyOn(process, 'stdout', 'get').mockImplementation(unknown);
  vi.spyOn(process, 'stdin', 'get').mockImplementation(unknown);

  const { hasTerminal } = readDevelopmentSignals(undefined);
  vi.restoreAllMocks();

  expect(hasTerminal).toBe(false);
});

test.each(['1.10', '2.0.1', '11.1', '1.1 '])('the HTTP version %j is not one that a browser sends', (httpVersion) => {
  expect(isDevelopment({ ...LOCAL, httpVersion })).toBe(false);
});

test.each([
  // target                              is local
  ['/go?to=http://shop.example.com/', true],
  ['/http://shop.example.com/', true],
  ['git+ssh2://shop.example.com/', false],
])('the request target %s is on this machine: %s', (url, open) => {
  const { target } = readDevelopmentSignals(nodeRequest({ url }));

  expect(isDevelopment({ ...LOCAL, target })).toBe(open);
});
