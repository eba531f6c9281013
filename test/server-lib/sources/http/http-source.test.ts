import type { RequestListener, ServerResponse } from 'node:http';
import { setTimeout as later } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createGatekeeper } from '../../../../server-lib/index.ts';
import type { RulesSource, SourceEvent } from '../../../../server-lib/rules/rules-source.ts';
import { type HttpFetch, type HttpSourceOptions, httpSource } from '../../../../server-lib/rules.ts';
import { rulesSourceContract } from '../../../contracts/rules-source.ts';
import { type RulesServer, startRulesServer } from '../../../helpers/http/rules-server.ts';
import { rulesText } from '../../../helpers/rules-documents.ts';

const RECOVERY = { timeout: 5_000, interval: 20 }; // from the end of a fault to the next document
const flags = { BUTTON: { variants: ['grey', 'red', 'green', 'none'], default: 'grey' } } as const;

rulesSourceContract(async () => {
  const server = await startRulesServer();
  return {
    open: () => httpSource({ url: server.url, pollInterval: 20 }),
    put: async (text) => server.put(text),
    remove: async () => server.put(undefined),
  };
});

test('an unchanged document is not transferred: each request has the entity tag of the accepted one', async () => {
  const server = await serverWith(rulesText('red'));
  await openSource(server).ready;

  await vi.waitFor(() => expect(server.requests.length).toBeGreaterThan(3));

  const [first, ...later] = server.requests.map((headers) => headers['if-none-match']);
  expect(first).toBeUndefined();
  expect(new Set(later)).toEqual(new Set([expect.stringMatching(/^"[0-9a-f]{40}"$/)]));
});

test('the entity tag of a refused document is not sent; when the accepted one is back, a 304 is a recovery', async () => {
  const server = await serverWith(rulesText('red'));
  const source = openSource(server);
  await source.ready;
  const accepted = await tagOf(server);
  const events = eventsOf(source);

  server.put('{"flags":');
  await expectError(source, '');
  const from = server.requests.length;
  await vi.waitFor(() => expect(server.requests.length).toBeGreaterThan(from + 1), RECOVERY);
  const tags = server.requests.slice(from).map((headers) => headers['if-none-match']);
  server.put(rulesText('red'));
  await vi.waitFor(() => expect(source.health()).not.toHaveProperty('lastError'), RECOVERY);

  expect(new Set(tags)).toEqual(new Set([accepted]));
  expect(events.map(({ kind }) => kind)).toEqual(['failed', 'recovered']);
});

test('the entity tag of a document that was changed just now is not used: a later change may have the same one', async () => {
  const server = await startRulesServer();
  const changed = new Date().toUTCString();
  let text = rulesText('blue');
  server.respond((req, res) => {
    const tag = { etag: '"same second, same size"', 'last-modified': changed, date: changed };
    if (req.headers['if-none-match'] !== undefined) return res.writeHead(304, tag).end();
    return res.writeHead(200, tag).end(text);
  });
  const source = openSource(server);
  await expectDocument(source, rulesText('blue'));

  text = rulesText('pink');

  await expectDocument(source, rulesText('pink'));
});

const html: RequestListener = (_, res) => res.writeHead(200, { 'content-type': 'text/html' }).end(rulesText('none'));
const drip: RequestListener = (_, res) => {
  res.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => res.write(' '), 20);
  res.once('close', () => clearInterval(timer));
};
const redirectTo =
  (location: string): RequestListener =>
  (_, res) =>
    res.writeHead(302, { location }).end();
const bytes = (start: (res: ServerResponse) => void): RequestListener => {
  return (_, res) => {
    start(res);
    const block = Buffer.alloc(1024 * 1024, ' ');
    let isOpen = true;
    res.once('close', () => {
      isOpen = false;
    });
    // Not in the callback of the write itself: on Node 24, that of a closed connection runs before the event, so there is no end.
    const more = (): void => void (isOpen && res.write(block, () => setImmediate(more)));
    more();
  };
};

const FAULTS: readonly (readonly [what: string, fault: RequestListener, message: string])[] = [
  ['responds with 500', (_, res) => res.writeHead(500).end(rulesText('none')), 'responded with status 500'],
  ['responds with 204', (_, res) => res.writeHead(204).end(), 'responded with status 204'],
  ['never responds', () => {}, 'no response'],
  ['sends a byte now and then', drip, 'less than 64 KiB'],
  ['responds with a login page', html, 'has the content type "text/html"; expected JSON'],
  ['redirects to itself', redirectTo('/rules.json'), 'redirects more than 5 times'],
  ['redirects to nowhere', redirectTo('http://'), 'redirects without a valid address'],
  ['closes the connection', (req) => req.socket.destroy(), 'cannot be read'],
  [
    'closes the connection in the middle of the document',
    (req, res) => {
      res.writeHead(200, { 'content-length': 1_000 });
      res.write('{"flags":', () => req.socket.destroy());
    },
    'cannot be read',
  ],
  ['announces too many bytes', bytes((res) => res.writeHead(200, { 'content-length': 2 ** 40 })), 'at most 16777216'],
  ['sends bytes without end', bytes(() => {}), 'at most 16777216'],
  ['sends what is not UTF-8', (_, res) => res.end(Buffer.from([0x7b, 0xff, 0x7d])), 'is not UTF-8 text'],
];

test.each(FAULTS)(
  'while the server %s, requests use the last good rules; within five seconds of its end, they use new ones',
  async (_, fault, message) => {
    const server = await serverWith(rulesText('red'));
    const rules = httpSource({ url: server.url, pollInterval: 100 });
    const keeper = createGatekeeper({ flags, rules, onError: () => {} });
    onTestFinished(() => keeper.close());
    await keeper.ready;
    const events: string[] = [];
    keeper.onRulesChange(({ kind }) => events.push(kind));

    server.respond(fault);
    const variants = new Set<string>();
    const end = Date.now() + 60_000;
    do {
      variants.add(keeper.gateFor().ffVariant('BUTTON'));
      await later(1);
    } while (keeper.health().lastError === undefined && Date.now() < end);
    const { lastError, age } = keeper.health();
    server.put(rulesText('green'));
    server.respond(undefined);
    await vi.waitFor(() => expect(keeper.gateFor().ffVariant('BUTTON')).toBe('green'), RECOVERY);

    expect(lastError).toContain(message);
    expect(lastError).toContain(server.url);
    expect(age).toBeGreaterThan(0);
    expect(variants).toEqual(new Set(['red']));
    expect(events).toEqual(['failed', 'changed']);
    expect(keeper.health()).not.toHaveProperty('lastError');
  },
);

test('while the server is stopped the last good document stays; then the source reports its recovery', async () => {
  const server = await serverWith(rulesText('red'));
  const source = openSource(server);
  await source.ready;
  const events = eventsOf(source);

  await server.stop();
  await expectError(source, 'ECONNREFUSED');
  const kept = source.current();
  await server.startAgain();
  await vi.waitFor(() => expect(source.health()).not.toHaveProperty('lastError'), RECOVERY);

  expect(kept?.document).toBe(rulesText('red'));
  expect(source.current()).toBe(kept);
  expect(events.map(({ kind }) => kind)).toEqual(['failed', 'recovered']);
});

test('redirects are followed; only the origin of the URL gets the application’s headers', async () => {
  const [target, server] = [await serverWith(rulesText('red')), await startRulesServer()];
  server.respond(redirectTo(target.url));
  const source = openSource(server, { headers: { Authorization: 'Bearer secret', 'X-Team': 'shop' } });

  await source.ready;
  await vi.waitFor(() => expect(target.requests.length).toBeGreaterThan(1));

  expect(source.current()?.document).toBe(rulesText('red'));
  expect(server.requests[0]).toMatchObject({ authorization: 'Bearer secret', 'x-team': 'shop' });
  expect(target.requests[0]).not.toHaveProperty('authorization');
  expect(target.requests[0]).not.toHaveProperty('x-team');
  expect(target.requests[1]).toHaveProperty('if-none-match');
});

test('a redirect from https to http is refused', async () => {
  const fetch: HttpFetch = async () => new Response(null, { status: 301, headers: { location: 'http://rules.test/' } });
  const source = httpSource({ url: 'https://rules.test/rules.json', fetch });
  onTestFinished(() => source.close());

  await source.ready;

  expect(source.health().lastError).toContain('redirects from https to "http:"');
});

test('headers may come from a function; if it fails, the last good document stays', async () => {
  const server = await serverWith(rulesText('red'));
  let token = 0;
  const headers = async () => {
    if (token++ === 2) throw new Error('no token');
    return { authorization: `Bearer ${token}` };
  };
  const source = openSource(server, { headers });
  await source.ready;
  const events = eventsOf(source);

  await vi.waitFor(() => expect(events.map(({ kind }) => kind)).toEqual(['failed', 'recovered']), RECOVERY);

  const sent = server.requests.map(({ authorization }) => authorization);
  expect(sent.slice(0, 3)).toEqual(['Bearer 1', 'Bearer 2', 'Bearer 4']);
});

test.each([
  ['application/json; charset=utf-8'],
  ['application/vnd.flagd.v1+json'],
  ['text/plain'],
  ['binary/octet-stream'],
])('the content type %s is accepted', async (type) => {
  const server = await startRulesServer();
  server.respond((_, res) => res.writeHead(200, { 'content-type': type }).end(rulesText('red')));

  await expectDocument(openSource(server), rulesText('red'));
});

test('a large document may arrive slowly, as long as it arrives', async () => {
  const server = await startRulesServer();
  const text = `${rulesText('red')}${' '.repeat(6 * 100_000)}`;
  server.respond((_, res) => {
    let sent = 0;
    const timer = setInterval(() => {
      res.write(text.slice(sent, sent + 100_000));
      sent += 100_000;
      if (sent < text.length) return;
      clearInterval(timer);
      res.end();
    }, 500);
  });

  const source = openSource(server);

  await vi.waitFor(() => expect(source.current()?.document).toBe(text), { timeout: 60_000, interval: 50 });
});

test('a source that is closed during a request ends it', async () => {
  const server = await startRulesServer();
  const closed = new Promise((resolve) => {
    server.respond((req) => req.socket.once('close', resolve));
  });
  const source = openSource(server);
  await vi.waitFor(() => expect(server.requests).toHaveLength(1));

  await source.close();

  await closed;
  expect(source.current()).toBeUndefined();
});

test('a fetch that ignores its signal does not stop the source', async () => {
  let calls = 0;
  const fetch: HttpFetch = async () => {
    if (calls++ === 0) return new Promise(() => {});
    return new Response(rulesText('red'));
  };
  const source = httpSource({ url: 'https://rules.test/rules.json', fetch });
  onTestFinished(() => source.close());

  await expectDocument(source, rulesText('red'));
});

test.each([
  // what                    options                                                       message
  ['no url', {}, 'httpSource: url must be an http or https URL; got undefined that is not a URL'],
  [
    'another scheme',
    { url: 'ftp://rules.test' },
    'httpSource: url must be an http or https URL; got one that begins with "ftp:"',
  ],
  [
    'a password in the url',
    { url: 'https://u:secret@rules.test' },
    'httpSource: url must not contain a user or a password; pass them in headers, as authorization',
  ],
  [
    'a name of a header that is not valid',
    { url: 'http://h', headers: { 'a b': 'secret' } },
    'httpSource: headers must have valid names, and strings as values: "a b"',
  ],
  [
    'headers as a string',
    { url: 'http://h', headers: 'secret' },
    'httpSource: headers must be an object, or a function that returns one; got a string of 6 characters',
  ],
  [
    'a fetch that is not a function',
    { url: 'http://h', fetch: {} },
    'httpSource: fetch must be a function like the global fetch; got an object',
  ],
  [
    'a misspelt option',
    { url: 'http://h', polInterval: 50 },
    'httpSource: there is no option "polInterval"; did you mean "pollInterval"?',
  ],
])('%s throws at once, with a message that does not contain a secret', (_, options, message) => {
  expect(() => httpSource(options as unknown as HttpSourceOptions)).toThrow(
    expect.objectContaining({ code: 'ERR_GK_OPTIONS', message }),
  );
});

async function serverWith(text: string): Promise<RulesServer> {
  const server = await startRulesServer();
  server.put(text);
  return server;
}

function openSource({ url }: RulesServer, options: Partial<HttpSourceOptions> = {}): RulesSource {
  const source = httpSource({ url, pollInterval: 20, ...options });
  onTestFinished(() => source.close());
  return source;
}

function eventsOf(source: RulesSource): readonly SourceEvent[] {
  const events: SourceEvent[] = [];
  source.onChange((event) => events.push(event));
  return events;
}

async function tagOf({ requests }: RulesServer): Promise<string | undefined> {
  await vi.waitFor(() => expect(requests.at(-1)).toHaveProperty('if-none-match'));
  return requests.at(-1)?.['if-none-match'];
}

const expectDocument = (source: RulesSource, text: string): Promise<void> =>
  vi.waitFor(() => expect(source.current()?.document).toBe(text), RECOVERY);

const expectError = (source: RulesSource, message: string): Promise<void> =>
  vi.waitFor(() => expect(source.health().lastError).toContain(message), RECOVERY);
