import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { isDevelopment, surroundingsOf } from '../../../server-lib/authority/development.ts';

const LOCAL = { nodeEnv: undefined, peer: '127.0.0.1', host: 'localhost', headerNames: ['host'] };

test.each(['127.100.0.1', '127.0.100.1', '127.0.0.100', '127.255.255.255'])(
  'all of 127/8 is this machine, %s as well, as peer and as host',
  (address) => {
    expect(isDevelopment({ ...LOCAL, peer: address })).toBe(true);
    expect(isDevelopment({ ...LOCAL, host: address })).toBe(true);
  },
);

test.each(['cdn-loop', 'client-ip', 'x-forwarded'])('the header %s tells of a proxy', (name) => {
  expect(isDevelopment({ ...LOCAL, headerNames: ['host', name] })).toBe(false);
});

test('a header of no name tells of no proxy', () => {
  expect(isDevelopment({ ...LOCAL, headerNames: ['host', ''] })).toBe(true);
});

test('a request that some framework made without a socket has no peer', () => {
  const request = { headers: { host: 'localhost' } } as IncomingMessage;

  expect(surroundingsOf(request)).toMatchObject({ peer: undefined, host: 'localhost', headerNames: ['host'] });
});
