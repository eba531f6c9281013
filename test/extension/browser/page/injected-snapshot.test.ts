import { describe, expect, test } from 'vitest';
import { type SnapshotOptions, takePageSnapshot } from '../../../../extension/browser/page/injected-snapshot.ts';
import { PageWorld } from '../../../fakes/page/page-world.ts';

const ORDER: SnapshotOptions = { path: '/.well-known/gatekeeper.json', bytes: 1_000, milliseconds: 2_000 };
const WELL_KNOWN = 'https://shop.example/.well-known/gatekeeper.json';

/** What a page that gets this response says the answer was. */
async function answerTo(response: Response): Promise<object | undefined> {
  const page = new PageWorld();
  page.server = async () => response;
  const report = await page.inject(takePageSnapshot, ORDER);
  return report.kind === 'done' ? report.value.response : undefined;
}

test('the manifest is asked for as the page itself would, fresh and with its cookies, following nothing', async () => {
  const page = new PageWorld();

  await page.inject(takePageSnapshot, ORDER);

  expect(page.requests).toMatchObject([
    {
      url: WELL_KNOWN,
      init: {
        cache: 'no-store',
        credentials: 'include',
        headers: { accept: 'application/json', 'x-gatekeeper': '1' },
        redirect: 'manual',
      },
    },
  ]);
  expect(page.requests[0]?.init).not.toHaveProperty('method');
});

test('what comes back is told: origin, status, media type, text', async () => {
  const page = new PageWorld();
  page.server = async () => new Response('{"ß":1}', { headers: { 'content-type': 'application/json; charset=utf-8' } });

  const report = await page.inject(takePageSnapshot, ORDER);

  expect(report).toEqual({
    kind: 'done',
    value: {
      origin: 'https://shop.example',
      timings: expect.objectContaining({ href: 'https://shop.example/lamps' }),
      response: { kind: 'response', status: 200, contentType: 'application/json; charset=utf-8', body: '{"ß":1}' },
      sent: [],
      pairs: [],
    },
  });
});

test('the cookies are told as they were when the page asked, and as they are when the answer has come', async () => {
  const page = new PageWorld();
  page.jar.write('gatekeeper=BEFORE');
  page.jar.write('session=secret');
  page.server = async () => {
    page.jar.write('gatekeeper=AFTER');
    return new Response('{}');
  };

  const report = await page.inject(takePageSnapshot, ORDER);

  expect(report).toMatchObject({ value: { sent: [['gatekeeper', 'BEFORE']], pairs: [['gatekeeper', 'AFTER']] } });
});

test.each([
  // protocol    origin
  ['about:', 'null'],
  ['file:', 'null'],
  ['data:', 'null'],
  ['chrome-extension:', 'chrome-extension://abc'],
  ['moz-extension:', 'moz-extension://abc'],
  ['https:', 'null'],
])('a page at %s of the origin %s is no web page, and is asked nothing', async (protocol, origin) => {
  const page = new PageWorld();
  page.location = { protocol, origin };

  const report = await page.inject(takePageSnapshot, ORDER);

  expect(report).toEqual({ kind: 'not-a-web-page' });
  expect(page.requests).toEqual([]);
  expect(page.cookieTouches).toBe(0);
});

describe('a page that announces its manifest', () => {
  test.each([
    // rel                    href                                            asked for
    ['gatekeeper', '/flags.json', 'https://shop.example/flags.json'],
    ['gatekeeper', 'flags.json?v=2', 'https://shop.example/flags.json?v=2'],
    ['preload gatekeeper', 'https://shop.example/flags.json', 'https://shop.example/flags.json'],
    ['gatekeeper', 'https://evil.example/flags.json', WELL_KNOWN],
    ['gatekeeper', '//evil.example/flags.json', WELL_KNOWN],
    ['gatekeeper', 'http://shop.example/flags.json', WELL_KNOWN],
    ['gatekeeper', 'https://shop.example:8443/flags.json', WELL_KNOWN],
    ['gatekeeper', 'javascript:alert(1)', WELL_KNOWN],
    ['gatekeeper', 'data:application/json,{}', WELL_KNOWN],
    ['gatekeeper', 'http://[', WELL_KNOWN],
    ['gatekeepers', '/flags.json', WELL_KNOWN],
  ])('by rel="%s" href="%s" is asked for %s', async (rel, href, url) => {
    const page = new PageWorld('https://shop.example/');
    page.link(rel, href);

    await page.inject(takePageSnapshot, ORDER);

    expect(page.requests.map((request) => request.url)).toEqual([url]);
  });

  test.each([
    // <base href>                     href                                    asked for
    ['https://evil.example/', '/flags.json', 'https://shop.example/flags.json'],
    ['https://evil.example/a/', 'flags.json?v=2', 'https://shop.example/flags.json?v=2'],
    ['https://evil.example/', 'https://evil.example/flags.json', WELL_KNOWN],
    ['https://evil.example/', '//evil.example/flags.json', WELL_KNOWN],
    ['https://evil.example/', 'https://shop.example/flags.json', 'https://shop.example/flags.json'],
    ['/app/', 'flags.json', 'https://shop.example/app/flags.json'],
    ['https://me:secret@shop.example/', '/flags.json', 'https://shop.example/flags.json'],
  ])('under <base href="%s"> by href="%s" is asked for %s', async (base, href, url) => {
    const page = new PageWorld('https://shop.example/');
    page.base(base);
    page.link('gatekeeper', href);

    await page.inject(takePageSnapshot, ORDER);

    expect(page.requests.map((request) => request.url)).toEqual([url]);
  });

  test('is taken at its first word', async () => {
    const page = new PageWorld();
    page.link('gatekeeper', '/first.json');
    page.link('gatekeeper', '/second.json');

    await page.inject(takePageSnapshot, ORDER);

    expect(page.requests.map(({ url }) => url)).toEqual(['https://shop.example/first.json']);
  });
});

describe('of a response', () => {
  test('that redirects only that is told', async () => {
    const redirect = Object.defineProperty(new Response(null), 'type', { value: 'opaqueredirect' });

    expect(await answerTo(redirect)).toEqual({ kind: 'redirected' });
  });

  test.each([201, 302, 404, 431, 500])('of status %i the body is not read', async (status) => {
    const answer = await answerTo(
      new Response('x'.repeat(5_000), { status, headers: { 'content-type': 'text/plain' } }),
    );

    expect(answer).toEqual({ kind: 'response', status, contentType: 'text/plain', body: '' });
  });

  test.each([
    // octets  told as
    [1_000, 'response'],
    [1_001, 'too-large'],
    [500_000, 'too-large'],
  ])('of %i octets it is told: %s', async (octets, kind) => {
    expect(await answerTo(new Response('x'.repeat(octets)))).toMatchObject({ kind });
  });

  test('the octets count, not the characters', async () => {
    expect(await answerTo(new Response('ß'.repeat(600)))).toEqual({ kind: 'too-large' });
  });

  test('characters that arrive in pieces are put together, and a byte-order mark is none of them', async () => {
    const octets = new TextEncoder().encode('\ufeff{"door":"🚪"}');
    const pieces = Array.from(octets, (octet) => Uint8Array.of(octet));

    const answer = await answerTo(new Response(streamOf(pieces)));

    expect(answer).toMatchObject({ body: '{"door":"🚪"}' });
  });

  test('without a body and without a media type it is an empty one', async () => {
    expect(await answerTo(new Response(null))).toEqual({ kind: 'response', status: 200, contentType: '', body: '' });
  });
});

function streamOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(stream) {
      for (const piece of pieces) stream.enqueue(piece);
      stream.close();
    },
  });
}
