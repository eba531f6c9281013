import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import onHeaders from 'on-headers';
import { expect, test } from 'vitest';
import { onResponseHeaders } from '../../../server-lib/http/on-response-headers.ts';
import { rawResponse } from '../../helpers/http/raw-response.ts';

type Writes = (response: ServerResponse) => unknown;

const WRITES: readonly (readonly [string, Writes])[] = [
  ['nothing but end', (res) => res.end('ok')],
  ['setHeader', (res) => res.setHeader('X-A', '1').end('ok')],
  ['a status', (res) => res.writeHead(404).end('ok')],
  [
    'an object',
    (res) => res.writeHead(201, { 'X-A': '1', 'Set-Cookie': ['a=1', 'b=2'], 'Content-Length': 2 }).end('ok'),
  ],
  ['a reason', (res) => res.writeHead(200, 'Fine').end('ok')],
  ['a reason and an object', (res) => res.writeHead(200, 'Fine', { 'X-A': '1' }).end('ok')],
  ['undefined and an object', (res) => res.writeHead(200, undefined, { 'X-A': '1' }).end('ok')],
  ['a flat list', (res) => res.writeHead(200, ['X-A', '1', 'x-a', '2', 'X-B', '3']).end('ok')],
  [
    'a list of pairs',
    (res) =>
      res
        .writeHead(200, [
          ['X-A', '1'],
          ['X-B', '2'],
        ] as never)
        .end('ok'),
  ],
  ['set, and an object over it', (res) => res.setHeader('X-A', '0').writeHead(200, { 'x-a': '1' }).end('ok')],
  ['set, and a list over it', (res) => res.setHeader('X-A', '0').writeHead(200, ['x-a', '1', 'X-B', '2']).end('ok')],
  ['a nameless header', (res) => res.setHeader('X-A', '0').writeHead(200, { '': '1' }).end('ok')],
  ['write before end', (res) => res.write('o') && res.end('k')],
  ['flushHeaders', (res) => res.flushHeaders() ?? res.end('ok')],
  ['204', (res) => res.writeHead(204).end()],
  ['304', (res) => res.writeHead(304, { ETag: '"1"' }).end()],
];

const listening = (write: Writes, change: (response: ServerResponse) => void): RequestListener => {
  return (_req, res) => {
    onResponseHeaders(res, () => () => void change(res));
    write(res);
  };
};

test.each(WRITES)('without a change, %s is sent byte for byte as written', async (_what, write) => {
  const calls: number[] = [];
  const app: RequestListener = (_req, res) => {
    onResponseHeaders(res, () => void calls.push(1));
    write(res);
  };

  expect(await rawResponse(app, 'GET /')).toBe(await rawResponse((_req, res) => write(res), 'GET /'));
  expect(calls).toEqual([1]);
});

test.each(WRITES)('a change applies to the headers of %s', async (_what, write) => {
  const answer = await rawResponse(
    listening(write, (res) => {
      res.setHeader('X-Seen', JSON.stringify(res.getHeader('x-a') ?? null));
      res.removeHeader('x-a');
    }),
    'GET /',
  );

  const plain = await rawResponse((_req, res) => write(res), 'GET /');
  const value = [...plain.matchAll(/^x-a: (.*)\r$/gim)].map(([, one]) => one);
  const shape = value.length > 1 ? value : (value[0] ?? null);
  expect(JSON.parse(/X-Seen: (.*)\r/.exec(answer)?.[1] ?? '')).toEqual(shape);
  const kept = (text: string) =>
    text
      .split('\r\n')
      .filter((line) => !/^(x-a|x-seen):/i.test(line))
      .sort();
  expect(kept(answer)).toEqual(kept(plain));
});

test('100 and 103 are not changed, and the headers that follow are', async () => {
  const app = listening(
    (res) => {
      res.writeContinue();
      res.writeEarlyHints({ link: '</a.css>; rel=preload' });
      res.end('ok');
    },
    (res) => res.setHeader('X-Changed', 'yes'),
  );

  const answer = await rawResponse(app, 'GET /');

  expect(answer.split('HTTP/1.1 ').map((part) => [part.slice(0, 3), part.includes('X-Changed')])).toEqual([
    ['', false],
    ['100', false],
    ['103', false],
    ['200', true],
  ]);
});

const FAILURES: readonly (readonly [string, (response: ServerResponse) => unknown])[] = [
  ['a status that is none', (res) => res.writeHead(9999, { 'Content-Length': '5', 'X-Set': 'other' })],
  ['a status of no number', (res) => res.writeHead('none' as never, { 'Content-Length': '5' })],
  ['a header with a line feed', (res) => res.writeHead(200, { 'Content-Length': '5', 'X-A': 'a\nb' })],
  ['a header with a bad name', (res) => res.writeHead(200, { 'X-Set': 'other', 'X A': '1' })],
  ['a header that is undefined', (res) => res.writeHead(200, { 'X-List': ['9'], 'X-A': undefined })],
  ['half a pair', (res) => res.writeHead(200, ['X-Set', 'other', 'X-A'] as never)],
  ['a list that holds no pair', (res) => res.writeHead(200, [['X-Set', 'other'], 7] as never)],
  ['a reason with a line feed', (res) => res.writeHead(200, 'Fi\nne', { 'Content-Length': '5' })],
];

test.each(FAILURES)('headers that cannot be sent (%s) throw as before, and are restored', (_what, fail) => {
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  res.setHeader('X-Set', 'as it was').setHeader('X-List', ['1', '2']).setHeader('ETag', '"1"');
  const before = structuredClone({ ...res.getHeaders() });
  onResponseHeaders(res, () => () => {
    res.setHeader('X-Set', 'changed').setHeader('X-Changed', 'yes').removeHeader('ETag');
    res.appendHeader('X-List', '3');
  });

  expect(() => fail(res)).toThrow();

  expect({ ...res.getHeaders() }).toEqual(before);
});

test.each(FAILURES)(
  'the error page after headers that cannot be sent (%s) is complete, and changed once',
  async (_what, fail) => {
    const app: RequestListener = (_req, res) => {
      onResponseHeaders(res, () => () => void res.appendHeader('X-Changed', 'yes'));
      try {
        fail(res);
      } catch (error) {
        res.statusCode = 500;
        res.statusMessage = 'Failed';
        res.end((error as Error).name);
      }
    };

    const answer = await rawResponse(app, 'GET /');

    expect(answer).toMatch(/^HTTP\/1.1 500 [\s\S]*\r\nX-Changed: yes\r\n[\s\S]*\r\n(Type|Range)?Error/);
  },
);

const boom = new Error('out of lamps');
const THROWING: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  [
    'a writeHead of its own',
    (res) =>
      void Object.assign(res, {
        writeHead: () => {
          throw boom;
        },
      }),
  ],
  [
    'on-headers',
    (res) =>
      onHeaders(res, () => {
        throw boom;
      }),
  ],
];

test.each(THROWING)(
  'an error of another middleware when the headers are sent (%s) restores the headers',
  (_what, listen) => {
    const res = new ServerResponse(new IncomingMessage(new Socket()));
    res.setHeader('X-Set', 'as it was');
    listen(res);
    onResponseHeaders(res, () => () => void res.setHeader('X-Changed', 'yes'));

    expect(() => res.writeHead(200, { 'Content-Length': '5', 'x-set': 'other' })).toThrow(boom);

    expect({ ...res.getHeaders() }).toEqual({ 'x-set': 'as it was' });
    expect((res as unknown as { getRawHeaderNames(): string[] }).getRawHeaderNames()).toEqual(['X-Set']);
  },
);

test('the headers of a 101, which upgrades the connection, are not changed', () => {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const calls: number[] = [];
  onResponseHeaders(response, () => void calls.push(1));

  response.writeHead(101, { Upgrade: 'lamp', Connection: 'Upgrade' });

  expect(calls).toEqual([]);
});

test('a second writeHead throws as before', async () => {
  const app: RequestListener = (_req, res) => {
    let code: unknown;
    onResponseHeaders(res, () => () => void res.setHeader('X-Changed', 'yes'));
    res.writeHead(200);
    try {
      res.writeHead(201);
    } catch (error) {
      code = (error as { readonly code: string }).code;
    }
    res.end(String(code));
  };

  expect(await rawResponse(app, 'GET /')).toMatch(/^HTTP\/1.1 200 [\s\S]*ERR_HTTP_HEADERS_SENT/);
});

test('two listeners on one response both run, the later one first', async () => {
  const order: string[] = [];
  const app: RequestListener = (_req, res) => {
    for (const name of ['first', 'second']) onResponseHeaders(res, () => () => void order.push(name));
    res.end('ok');
  };

  await rawResponse(app, 'GET /');

  expect(order).toEqual(['second', 'first']);
});

test('writeHead returns the response, so that calls can be chained', async () => {
  let isSame = false;
  const app = listening(
    (res) => {
      isSame = res.writeHead(200) === res;
      res.end();
    },
    () => {},
  );

  await rawResponse(app, 'GET /');

  expect(isSame).toBe(true);
});
