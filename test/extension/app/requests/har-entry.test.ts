import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHarEntry } from '../../../../extension/app/requests/request-log.ts';
import { propertyTimeout, runs } from '../../../arbitraries/mutations.ts';

const CHROMIUM = {
  _resourceType: 'document',
  startedDateTime: '2026-11-22T20:28:03.974Z',
  request: { method: 'GET', url: 'http://localhost:3000/', headers: [] },
  response: {
    status: 200,
    headers: [
      { name: 'content-type', value: 'text/html' },
      { name: 'Server-Timing', value: 'db;dur=3\ngk.CHECKOUT;desc="ONE_PAGE override"' },
      { name: 'server-timing', value: 'gk.SEARCH;desc="EXACT default"' },
    ],
    content: { mimeType: 'text/html' },
  },
};

test('a request is parsed with the flags of all Server-Timing headers of its response', () => {
  expect(readHarEntry(CHROMIUM)).toEqual({
    type: 'document',
    url: 'http://localhost:3000/',
    method: 'GET',
    status: 200,
    startedAt: Date.UTC(2026, 10, 22, 20, 28, 3, 974),
    evaluations: {
      flags: [
        { flag: 'CHECKOUT', variant: 'ONE_PAGE', source: 'override' },
        { flag: 'SEARCH', variant: 'EXACT', source: 'default' },
      ],
      more: 0,
    },
  });
});

const pageWith = (element: string): string => `<!doctype html><title>A page</title><p>Text</p>${element}</html>`;

test.each([
  '<script type="application/json" id="gatekeeper-used">{"CHECKOUT":"CLASSIC default","NEW":"ON rule"}</script>',
  '<script id=\'gatekeeper-used\' type=\'application/json\'>{"NEW":"ON rule"}</script>',
  '<SCRIPT data-a=1 id=gatekeeper-used type=Application/JSON>{"NEW":"ON rule"}</SCRIPT >',
  '<script>let a = "<script>";</script><script id="gatekeeper-used"\n type="application/json" >{"NEW":"ON rule"}</script>',
])('the flags that a page itself lists follow those of its header, which wins: %s', (element) => {
  expect(readHarEntry(CHROMIUM, pageWith(element))?.evaluations).toEqual({
    flags: [
      { flag: 'CHECKOUT', variant: 'ONE_PAGE', source: 'override' },
      { flag: 'SEARCH', variant: 'EXACT', source: 'default' },
      { flag: 'NEW', variant: 'ON', source: 'rule' },
    ],
    more: 0,
  });
});

test.each([
  '<script type="application/json" id="gatekeeper-used2">{"NEW":"ON rule"}</script>',
  '<script type="application/json" data-id="gatekeeper-used">{"NEW":"ON rule"}</script>',
  '<script id="gatekeeper-used">{"NEW":"ON rule"}</script>',
  '<script type="text/plain" id="gatekeeper-used">{"NEW":"ON rule"}</script>',
  '<form id="gatekeeper-used" type="application/json">{"NEW":"ON rule"}</form>',
  '<script type="application/json" id="gatekeeper-used">{"NEW":"ON rule"}',
  `<script type="application/json" id="gatekeeper-used">${' '.repeat(70_000)}{"NEW":"ON rule"}</script>`,
  '<script '.repeat(200_000),
  `<script id=${'"'.repeat(200_000)}`,
])('of a page without such an element, only the header counts: %.90s', (element) => {
  expect(readHarEntry(CHROMIUM, pageWith(element))).toEqual(readHarEntry(CHROMIUM));
});

test.each([
  // method    URL
  ['GET', 'https://shop.example/flags.json'],
  ['GET', 'https://shop.example/a/b?flags=1&v=2'],
  ['GET', 'https://shop.example/.well-known/gatekeeper.json'],
  ['POST', 'https://shop.example/gatekeeper/grant'],
])('a request of the extension itself is ignored at any URL: %s %s', (method, url) => {
  const headers = [{ name: 'X-Gatekeeper', value: '1' }];
  const request = { method, url, headers };

  const redirected = { ...CHROMIUM.response, status: 302 };

  expect(readHarEntry({ ...CHROMIUM, request })).toBeUndefined();
  expect(readHarEntry({ ...CHROMIUM, request, response: redirected })).toBeUndefined();
  expect(
    readHarEntry({ ...CHROMIUM, request: { method: 'GET', url: 'https://shop.example/flags.json' } }),
  ).toBeDefined();
});

test.each([
  // _resourceType  Sec-Fetch-Dest  media type           type
  ['document', 'empty', undefined, 'document'],
  ['fetch', undefined, 'text/html', 'fetch'],
  ['xhr', undefined, undefined, 'fetch'],
  ['eventsource', undefined, undefined, 'fetch'],
  ['image', undefined, 'text/html', 'other'],
  [undefined, 'document', undefined, 'document'],
  [undefined, 'iframe', undefined, 'document'],
  [undefined, 'empty', 'text/html', 'fetch'],
  [undefined, 'image', undefined, 'other'],
  [undefined, undefined, 'text/html; charset=utf-8', 'document'],
  [undefined, undefined, 'application/json', 'fetch'],
  [undefined, undefined, 'image/png', 'other'],
  [undefined, undefined, undefined, 'other'],
])('type %j, destination %j and media type %j give the type %s', (_resourceType, destination, mimeType, type) => {
  const headers = destination === undefined ? [] : [{ name: 'Sec-Fetch-Dest', value: destination }];
  const entry = { _resourceType, request: { url: 'https://a.example/', headers }, response: { content: { mimeType } } };

  expect(readHarEntry(entry)?.type).toBe(type);
});

test.each([null, 7, 'text', [], {}, { request: null }, { request: { url: 7 } }])('%j is not a request', (entry) => {
  expect(readHarEntry(entry)).toBeUndefined();
});

test.each(['data:text/html,hello', 'chrome-extension://abc/popup.html', 'javascript:alert(1)', 'blob:https://a'])(
  'a request for %s is ignored, because it is not http or https',
  (url) => {
    expect(readHarEntry({ request: { url } })).toBeUndefined();
  },
);

test('a request for the manifest is ignored, because the extension sends it', () => {
  expect(readHarEntry({ request: { url: 'https://a.example/.well-known/gatekeeper.json?x' } })).toBeUndefined();
  expect(readHarEntry({ request: { url: 'https://a.example/other/gatekeeper.json' } })).toBeDefined();
});

test('only the URL of a request is required', () => {
  expect(readHarEntry({ request: { url: 'https://a.example/' } })).toEqual({
    type: 'other',
    url: 'https://a.example/',
    method: 'GET',
    status: 0,
    startedAt: 0,
    evaluations: { flags: [], more: 0 },
  });
});

test('any entry is parsed without an exception, and the result is safe to display', {
  timeout: propertyTimeout(),
}, () => {
  const field = (key: string, arbitrary: fc.Arbitrary<unknown>) =>
    fc.option(fc.oneof(arbitrary, fc.jsonValue()), { nil: undefined }).map((value) => ({ [key]: value }));
  const header = fc.record({ name: fc.constantFrom('server-timing', 'Sec-Fetch-Dest'), value: fc.jsonValue() });
  const headers = field('headers', fc.array(fc.oneof(header, fc.jsonValue())));
  const request = fc.tuple(field('url', fc.webUrl()), field('method', fc.string()), headers);
  const response = fc.tuple(field('status', fc.double()), field('content', fc.object()), headers);
  const merged = (parts: fc.Arbitrary<readonly object[]>) => parts.map((all) => Object.assign({}, ...all));
  const entry = fc.record({
    request: merged(request),
    response: merged(response),
    startedDateTime: fc.oneof(fc.jsonValue(), fc.date()),
    _resourceType: fc.jsonValue(),
  });

  fc.assert(
    fc.property(entry, (one) => {
      const record = readHarEntry(one);

      if (record === undefined) return;
      expect(() => new Date(record.startedAt).toISOString()).not.toThrow();
      expect(Number.isSafeInteger(record.status)).toBe(true);
      expect(record.method.length).toBeLessThanOrEqual(20);
      expect(/^https?:/.test(record.url)).toBe(true);
    }),
    runs(2_000),
  );
});
