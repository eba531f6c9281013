import { describe, expect, test } from 'vitest';
import { type SnapshotOptions, takePageSnapshot } from '../../../../extension/browser/page/injected-snapshot.ts';
import { PageWorld } from '../../../fakes/page/page-world.ts';

const OPTIONS: SnapshotOptions = { path: '/.well-known/gatekeeper.json', bytes: 1_000, milliseconds: 2_000 };
const WELL_KNOWN = 'https://shop.example/.well-known/gatekeeper.json';

/** The manifest response in a snapshot of a page that receives `response`. */
async function responseFor(response: Response): Promise<object | undefined> {
  const page = new PageWorld();
  page.server = async () => response;
  const result = await page.inject(takePageSnapshot, OPTIONS);
  return result.kind === 'done' ? result.value.response : undefined;
}

test('the manifest is requested with the page’s cookies, without cache and without redirects', async () => {
  const page = new PageWorld();

  await page.inject(takePageSnapshot, OPTIONS);

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

test('the snapshot has the origin, status, media type and body', async () => {
  const page = new PageWorld();
  page.server = async () => new Response('{"ß":1}', { headers: { 'content-type': 'application/json; charset=utf-8' } });

  const result = await page.inject(takePageSnapshot, OPTIONS);

  expect(result).toEqual({
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

test('the snapshot has the cookies before the request and after the response', async () => {
  const page = new PageWorld();
  page.jar.write('gatekeeper=BEFORE');
  page.jar.write('session=secret');
  page.server = async () => {
    page.jar.write('gatekeeper=AFTER');
    return new Response('{}');
  };

  const result = await page.inject(takePageSnapshot, OPTIONS);

  expect(result).toMatchObject({ value: { sent: [['gatekeeper', 'BEFORE']], pairs: [['gatekeeper', 'AFTER']] } });
});

test.each([
  // protocol    origin
  ['about:', 'null'],
  ['file:', 'null'],
  ['data:', 'null'],
  ['chrome-extension:', 'chrome-extension://abc'],
  ['moz-extension:', 'moz-extension://abc'],
  ['https:', 'null'],
])('a page at %s of the origin %s is not a web page, and no request is sent', async (protocol, origin) => {
  const page = new PageWorld();
  page.location = { protocol, origin };

  const result = await page.inject(takePageSnapshot, OPTIONS);

  expect(result).toEqual({ kind: 'not-a-web-page' });
  expect(page.requests).toEqual([]);
  expect(page.cookieAccesses).toBe(0);
});

describe('a page that announces its manifest', () => {
  test.each([
    // rel                    href                                            request URL
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
  ])('by rel="%s" href="%s" gets a request for %s', async (rel, href, url) => {
    const page = new PageWorld('https://shop.example/');
    page.link(rel, href);

    await page.inject(takePageSnapshot, OPTIONS);

    expect(page.requests.map((request) => request.url)).toEqual([url]);
  });

  test.each([
    // <base href>                     href                                    request URL
    ['https://evil.example/', '/flags.json', 'https://shop.example/flags.json'],
    ['https://evil.example/a/', 'flags.json?v=2', 'https://shop.example/flags.json?v=2'],
    ['https://evil.example/', 'https://evil.example/flags.json', WELL_KNOWN],
    ['https://evil.example/', '//evil.example/flags.json', WELL_KNOWN],
    ['https://evil.example/', 'https://shop.example/flags.json', 'https://shop.example/flags.json'],
    ['/app/', 'flags.json', 'https://shop.example/app/flags.json'],
    ['https://me:secret@shop.example/', '/flags.json', 'https://shop.example/flags.json'],
  ])('under <base href="%s"> by href="%s" gets a request for %s', async (base, href, url) => {
    const page = new PageWorld('https://shop.example/');
    page.base(base);
    page.link('gatekeeper', href);

    await page.inject(takePageSnapshot, OPTIONS);

    expect(page.requests.map((request) => request.url)).toEqual([url]);
  });

  test('several times uses the first', async () => {
    const page = new PageWorld();
    page.link('gatekeeper', '/first.json');
    page.link('gatekeeper', '/second.json');

    await page.inject(takePageSnapshot, OPTIONS);

    expect(page.requests.map(({ url }) => url)).toEqual(['https://shop.example/first.json']);
  });
});

describe('a response', () => {
  test('that redirects is reported as a redirect only', async () => {
    const redirect = Object.defineProperty(new Response(null), 'type', { value: 'opaqueredirect' });

    expect(await responseFor(redirect)).toEqual({ kind: 'redirected' });
  });

  test.each([201, 302, 404, 431, 500])('with status %i is returned without its body', async (status) => {
    const received = await responseFor(
      new Response('x'.repeat(5_000), { status, headers: { 'content-type': 'text/plain' } }),
    );

    expect(received).toEqual({ kind: 'response', status, contentType: 'text/plain', body: '' });
  });

  test.each([
    // bytes   kind
    [1_000, 'response'],
    [1_001, 'too-large'],
    [500_000, 'too-large'],
  ])('of %i bytes is: %s', async (bytes, kind) => {
    expect(await responseFor(new Response('x'.repeat(bytes)))).toMatchObject({ kind });
  });

  test('is limited in bytes, not in characters', async () => {
    expect(await responseFor(new Response('ß'.repeat(600)))).toEqual({ kind: 'too-large' });
  });

  test('is decoded across chunk boundaries, without its byte-order mark', async () => {
    const bytes = new TextEncoder().encode('\ufeff{"door":"🚪"}');
    const chunks = Array.from(bytes, (byte) => Uint8Array.of(byte));

    const received = await responseFor(new Response(streamOf(chunks)));

    expect(received).toMatchObject({ body: '{"door":"🚪"}' });
  });

  test('without a body and without a media type gives empty strings', async () => {
    expect(await responseFor(new Response(null))).toEqual({ kind: 'response', status: 200, contentType: '', body: '' });
  });
});

function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(stream) {
      for (const chunk of chunks) stream.enqueue(chunk);
      stream.close();
    },
  });
}
