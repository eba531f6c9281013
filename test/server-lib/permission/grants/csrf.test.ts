import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { grantAction, isSameOriginRequest } from '../../../../server-lib/permission/grants/grants.ts';
import { withPollutedPrototype } from '../../../helpers/polluted-prototype.ts';

const OWN = 'https://app.example.com';
const ORIGINS = [OWN, 'http://localhost:3000'];

const METHODS = ['POST', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'TRACE', 'QUERY', 'post', '', undefined];
const ORIGIN = [
  OWN,
  'http://localhost:3000',
  undefined,
  '',
  'null',
  'https://evil.example',
  'https://app.example.com.evil.example',
  'https://www.app.example.com',
  'http://app.example.com',
  'https://app.example.com:443',
  'https://app.example.com/',
  'https://APP.example.com',
  ' https://app.example.com',
  `${OWN}, ${OWN}`,
  `https://evil.example, ${OWN}`,
  [OWN],
];
const SITE = [
  'same-origin',
  undefined,
  'same-site',
  'cross-site',
  'none',
  '',
  'Same-Origin',
  'same-origin, cross-site',
  'same-origin ',
  ['same-origin'],
  null,
];
const MARK = ['1', undefined, '', '0', '2', '1, 1', ' 1', '01', 'true', '１', ['1'], 1];

test('in the whole matrix, only a marked POST or DELETE from the site itself changes anything', () => {
  const passed = METHODS.flatMap((method) =>
    ORIGIN.flatMap((origin) =>
      SITE.flatMap((site) =>
        MARK.flatMap((mark) => {
          const headers = { origin, 'sec-fetch-site': site, 'x-gatekeeper': mark } as IncomingHttpHeaders;
          const action = grantAction({ method, headers }, ORIGINS);
          return action === undefined ? [] : [[method, origin, site, mark, action]];
        }),
      ),
    ),
  );

  expect(passed).toEqual([
    ['POST', OWN, 'same-origin', '1', 'issue'],
    ['POST', OWN, undefined, '1', 'issue'],
    ['POST', 'http://localhost:3000', 'same-origin', '1', 'issue'],
    ['POST', 'http://localhost:3000', undefined, '1', 'issue'],
    ['DELETE', OWN, 'same-origin', '1', 'revoke'],
    ['DELETE', OWN, undefined, '1', 'revoke'],
    ['DELETE', 'http://localhost:3000', 'same-origin', '1', 'revoke'],
    ['DELETE', 'http://localhost:3000', undefined, '1', 'revoke'],
  ]);
});

const GOOD = { origin: OWN, 'sec-fetch-site': 'same-origin', 'x-gatekeeper': '1' };

test.each([
  // request headers,                                                  same origin
  { says: 'all three', headers: GOOD, own: true },
  { says: 'all three, and much else', headers: { ...GOOD, cookie: 'a=1', 'sec-fetch-mode': 'cors' }, own: true },
  { says: 'no Sec-Fetch-Site', headers: { origin: OWN, 'x-gatekeeper': '1' }, own: true },
  { says: 'nothing', headers: {}, own: false },
  { says: 'no Origin', headers: { 'sec-fetch-site': 'same-origin', 'x-gatekeeper': '1' }, own: false },
  { says: 'no X-Gatekeeper', headers: { origin: OWN, 'sec-fetch-site': 'same-origin' }, own: false },
  { says: 'Referer for Origin', headers: { ...GOOD, origin: undefined, referer: `${OWN}/` }, own: false },
  { says: 'Host for Origin', headers: { ...GOOD, origin: 'https://evil.example', host: 'evil.example' }, own: false },
  {
    says: 'X-Forwarded-Host for Origin',
    headers: { ...GOOD, origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
    own: false,
  },
  { says: 'X-Requested-With for X-Gatekeeper', headers: { origin: OWN, 'x-requested-with': '1' }, own: false },
  { says: 'names in capitals', headers: { Origin: OWN, 'X-Gatekeeper': '1' }, own: false },
])('a request with $says is from the site itself: $own', ({ headers, own }) => {
  expect(isSameOriginRequest(headers as IncomingHttpHeaders, ORIGINS)).toBe(own);
});

test.each([
  ['x-http-method-override', 'POST'],
  ['x-method-override', 'DELETE'],
  ['x-http-method', 'POST'],
])('a GET with %s: %s stays a GET', (name, value) => {
  expect(grantAction({ method: 'GET', headers: { ...GOOD, [name]: value } }, ORIGINS)).toBeUndefined();
});

test('without configured origins, no request is from the site itself', () => {
  expect(isSameOriginRequest(GOOD, [])).toBe(false);
  expect(isSameOriginRequest({ 'x-gatekeeper': '1' }, [])).toBe(false);
});

test('fields of a polluted Object.prototype are not headers', () => {
  expect(withPollutedPrototype(GOOD, () => isSameOriginRequest({}, ORIGINS))).toBe(false);
  expect(
    withPollutedPrototype({ 'sec-fetch-site': 'cross-site' }, () => isSameOriginRequest({ ...GOOD }, ORIGINS)),
  ).toBe(true);
  expect(
    withPollutedPrototype({ 'sec-fetch-site': 'none' }, () =>
      isSameOriginRequest({ origin: OWN, 'x-gatekeeper': '1' }, ORIGINS),
    ),
  ).toBe(true);
});

/** The action for a request that node:http has received over a socket. */
async function overSocket(method: string, headers: OutgoingHttpHeaders): Promise<string> {
  const server = createServer((received, response) => response.end(String(grantAction(received, ORIGINS))));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    return await new Promise((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const sent = request({ host: '127.0.0.1', port, method, headers, agent: false }, (response) => {
        response.setEncoding('utf8').once('data', resolve);
      });
      sent.once('error', reject).end();
    });
  } finally {
    server.close();
  }
}

test.each([
  { method: 'POST', headers: GOOD, action: 'issue' },
  { method: 'DELETE', headers: GOOD, action: 'revoke' },
  { method: 'GET', headers: GOOD, action: 'undefined' },
  { method: 'POST', headers: { ...GOOD, 'X-Gatekeeper': ['1', '1'] }, action: 'undefined' },
  { method: 'POST', headers: { ...GOOD, origin: [OWN, OWN] }, action: 'undefined' },
  { method: 'POST', headers: { ...GOOD, origin: ['https://evil.example', OWN] }, action: 'undefined' },
  { method: 'POST', headers: { ...GOOD, 'sec-fetch-site': ['same-origin', 'cross-site'] }, action: 'undefined' },
])('over a socket, a $method with $headers has the action $action', async ({ method, headers, action }) => {
  const { 'x-gatekeeper': mark, ...others } = headers as typeof GOOD & { 'X-Gatekeeper'?: readonly string[] };
  const sent = others['X-Gatekeeper'] === undefined ? { ...others, 'X-Gatekeeper': mark } : others;

  expect(await overSocket(method, sent as OutgoingHttpHeaders)).toBe(action);
});
