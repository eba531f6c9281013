import { afterEach, expect, test, vi } from 'vitest';
import { sendRequest } from '../../../../extension/browser/page/injected-actions.ts';
import { PageWorld } from '../../../fakes/page/page-world.ts';

const ORIGIN = 'https://shop.example';
const POST = { method: 'POST', path: '/gatekeeper/grant' } as const;
const IN_TIME = Date.now() + 60_000;

afterEach(() => void vi.useRealTimers());

test('a request is sent with the page’s cookies and the X-Gatekeeper header', async () => {
  const page = new PageWorld();
  page.server = async () => new Response(null, { status: 204 });

  const result = await page.inject(sendRequest, ORIGIN, POST, IN_TIME);

  expect(result).toEqual({ kind: 'done', value: 204 });
  expect(page.requests).toMatchObject([
    {
      url: 'https://shop.example/gatekeeper/grant',
      init: { method: 'POST', headers: { 'x-gatekeeper': '1' }, credentials: 'same-origin', redirect: 'error' },
    },
  ]);
});

test.each([
  // path                       request URL
  ['/gatekeeper/grant', 'https://shop.example/gatekeeper/grant'],
  ['/grant?scope=a#b', 'https://shop.example/grant?scope=a'],
  ['grant', 'https://shop.example/grant'],
  ['https://me:secret@shop.example/grant', 'https://shop.example/grant'],
])('a request for %s goes to %s, independent of the page’s <base> and credentials', async (path, url) => {
  const page = new PageWorld('https://me:secret@shop.example/lamps');
  page.base('https://evil.example/');

  await page.inject(sendRequest, ORIGIN, { method: 'POST', path }, IN_TIME);

  expect(page.requests.map((request) => request.url)).toEqual([url]);
});

test('a failed request gives the status 0', async () => {
  const page = new PageWorld();
  page.server = () => Promise.reject(new TypeError('Failed to fetch'));

  expect(await page.inject(sendRequest, ORIGIN, POST, IN_TIME)).toEqual({ kind: 'done', value: 0 });
});

test.each([
  // the page is on         the path is
  ['https://evil.example', '/gatekeeper/grant'],
  [ORIGIN, 'https://evil.example/grant'],
  [ORIGIN, '//evil.example/grant'],
])('nothing is sent from a page on %s to %s', async (origin, path) => {
  const page = new PageWorld();
  page.location = { protocol: 'https:', origin };

  const result = await page.inject(sendRequest, ORIGIN, { method: 'POST', path }, IN_TIME);

  expect(result).toEqual({ kind: 'elsewhere' });
  expect(page.requests).toEqual([]);
});

test('a request that starts after its deadline is not sent', async () => {
  const page = new PageWorld();

  const result = await page.inject(sendRequest, ORIGIN, POST, Date.now());

  expect(result).toEqual({ kind: 'timed-out' });
  expect(page.requests).toEqual([]);
});

test('a request without a response in time is aborted, and leaves no timer behind', async () => {
  vi.useFakeTimers();
  const page = new PageWorld();
  page.server = (_, { signal }) =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  const result = page.inject(sendRequest, ORIGIN, POST, Date.now() + 5_000);

  await vi.advanceTimersByTimeAsync(5_000);

  expect(await result).toEqual({ kind: 'timed-out' });
  expect(vi.getTimerCount()).toBe(0);
});
