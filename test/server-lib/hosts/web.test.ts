import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature, type Provider } from '@openfeature/web-sdk';
import express from 'express';
import { afterEach, expect, test, vi } from 'vitest';
import { gatekeeper, ofrepRoute } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags, ofrepDocument } from '../../../server-lib/index.ts';
import { bootstrapped } from '../../../server-lib/web.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { serveApp } from '../../helpers/http/serve-app.ts';

const flags = defineFlags({
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC', users: { ONE_PAGE: ['ann'] } },
  LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: 10, HIGH: 100 }, default: 'LOW' },
  BANNER: { variants: ['QUIET', 'LOUD'], values: { QUIET: { text: '' }, LOUD: { text: 'Sale' } }, default: 'QUIET' },
  SWITCH: { variants: ['ON', 'OFF'], values: { ON: true, OFF: false }, default: 'OFF' },
  FAILS: {
    variants: ['ON', 'OFF'],
    default: 'OFF',
    decide: () => {
      throw new Error('FAILS');
    },
  },
  STOPPED: { variants: ['ON', 'OFF'], default: 'ON' },
  SECRET: { variants: ['ON', 'OFF'], default: 'OFF', hidden: true },
});
const NAMES = ['CHECKOUT', 'LIMIT', 'BANNER', 'SWITCH', 'FAILS', 'STOPPED', 'SECRET'] as const;
const DOCUMENT = { flags: [{ key: 'CHECKOUT', value: 'ONE_PAGE', variant: 'ONE_PAGE', reason: 'STATIC' }] };
const keeper = createGatekeeper({
  flags,
  rules: { flags: { STOPPED: { state: 'DISABLED', variants: { ON: 'ON', OFF: 'OFF' }, defaultVariant: 'OFF' } } },
  onError: () => {},
});

afterEach(async () => {
  await OpenFeature.clearProviders();
});

/** A server for the provider. `sent` records its requests; `browser` has the headers that a browser would add. */
async function openSite() {
  const app = express();
  app.use(gatekeeper(keeper, { userId: (req) => req.get('x-user') }), ofrepRoute(keeper, { flags: NAMES }));
  const { port } = await serveApp(app);
  const sent: string[] = [];
  const browser: Record<string, string> = {};
  const send: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    for (const [name, value] of Object.entries(browser)) request.headers.set(name, value);
    const response = await fetch(request);
    sent.push(`${request.method} ${new URL(request.url).pathname} ${response.status}`);
    return response;
  };
  return { baseUrl: `http://127.0.0.1:${port}`, sent, browser, send };
}

test('the web provider reads the values of the request’s user, with their types, variants and reasons', async () => {
  const { baseUrl, browser, send } = await openSite();
  Object.assign(browser, { 'x-user': 'ann', cookie: overrideCookie({ LIMIT: 'HIGH', SECRET: 'ON' }) });

  const provider = new OFREPWebProvider({ baseUrl, cacheMode: 'disabled', fetchImplementation: send });
  await OpenFeature.setProviderAndWait(provider as Provider);
  const client = OpenFeature.getClient();

  expect(client.getStringDetails('CHECKOUT', 'NONE')).toMatchObject({
    value: 'ONE_PAGE',
    variant: 'ONE_PAGE',
    reason: 'TARGETING_MATCH',
  });
  expect(client.getNumberDetails('LIMIT', 0)).toMatchObject({
    value: 100,
    variant: 'HIGH',
    reason: 'STATIC',
    flagMetadata: { overridden: true },
  });
  expect(client.getBooleanDetails('SWITCH', true)).toMatchObject({ value: false, variant: 'OFF', reason: 'DEFAULT' });
  expect(client.getObjectValue('BANNER', {})).toEqual({ text: '' });
  expect(client.getNumberDetails('CHECKOUT', 7)).toMatchObject({ value: 7, errorCode: 'TYPE_MISMATCH' });
  expect(client.getStringDetails('STOPPED', 'MINE')).toMatchObject({ value: 'MINE', reason: 'DISABLED' });
  expect(client.getStringDetails('FAILS', 'MINE')).toMatchObject({ value: 'MINE', errorCode: 'GENERAL' });
  for (const name of ['SECRET', 'GONE']) {
    expect(client.getStringDetails(name, 'MINE')).toMatchObject({ value: 'MINE', errorCode: 'FLAG_NOT_FOUND' });
  }
});

test('the provider starts with the document of the page and without a request, and asks the server afterwards', async () => {
  const { baseUrl, sent, browser, send } = await openSite();
  browser['x-user'] = 'ann';
  const document = JSON.parse(JSON.stringify(ofrepDocument(keeper.gateFor({ userId: 'ann' }), ['CHECKOUT'])));
  const fetchImplementation = bootstrapped(document, send);
  const provider = new OFREPWebProvider({ baseUrl, cacheMode: 'disabled', fetchImplementation });

  await OpenFeature.setProviderAndWait(provider as Provider);
  const client = OpenFeature.getClient();
  expect(client.getStringValue('CHECKOUT', 'NONE')).toBe('ONE_PAGE');
  expect(sent).toEqual([]);

  browser['x-user'] = 'bob';
  await OpenFeature.setContext({ page: 'cart' });
  expect(client.getStringValue('CHECKOUT', 'NONE')).toBe('CLASSIC');
  await OpenFeature.setContext({ page: 'home' });
  expect(sent).toEqual(['POST /ofrep/v1/evaluate/flags 200', 'POST /ofrep/v1/evaluate/flags 304']);
  expect(client.getStringValue('CHECKOUT', 'NONE')).toBe('CLASSIC');
});

test.each([undefined, null, {}, { flags: 'CHECKOUT' }, 'flags'])(
  'with %j in place of a document, every request is sent',
  async (document) => {
    const send = vi.fn<typeof fetch>(async () => Response.json({ flags: [] }));

    await bootstrapped(document as never, send)('https://shop.example/ofrep/v1/evaluate/flags');

    expect(send).toHaveBeenCalledTimes(1);
  },
);

test.each<[what: string, input: Parameters<typeof fetch>[0], isAnswered: boolean]>([
  ['a string', 'https://shop.example/ofrep/v1/evaluate/flags', true],
  ['a path', '/api/ofrep/v1/evaluate/flags?x=1', true],
  ['a URL', new URL('https://shop.example/ofrep/v1/evaluate/flags#x'), true],
  ['a request', new Request('https://shop.example/ofrep/v1/evaluate/flags', { method: 'POST' }), true],
  ['one flag', 'https://shop.example/ofrep/v1/evaluate/flags/CHECKOUT', false],
  ['another URL', 'https://shop.example/?x=/ofrep/v1/evaluate/flags', false],
])('the document answers %s: %s', async (_, input, isAnswered) => {
  const send = vi.fn<typeof fetch>(async () => Response.json({ flags: [] }));
  const fetchWithDocument = bootstrapped(DOCUMENT, send);
  const options = { method: 'POST', body: '{}' };

  const first = await fetchWithDocument(input, options);
  const second = await fetchWithDocument(input, options);

  expect(await first.json()).toEqual(isAnswered ? DOCUMENT : { flags: [] });
  expect(first.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await second.json()).toEqual({ flags: [] });
  expect(send).toHaveBeenCalledTimes(isAnswered ? 1 : 2);
  expect(send).toHaveBeenCalledWith(input, options);
});

test('without another fetch, the global one is called as browsers want it: without another `this`', async () => {
  const receivers: unknown[] = [];
  vi.stubGlobal('fetch', async function stub(this: unknown) {
    receivers.push(this);
    return Response.json({ flags: [] });
  });

  const holder = { fetchImplementation: bootstrapped(undefined) };
  await holder.fetchImplementation('/ofrep/v1/evaluate/flags');
  vi.unstubAllGlobals();

  expect(receivers).toEqual([undefined]);
});
