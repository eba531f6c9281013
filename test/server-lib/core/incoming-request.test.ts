import { expect, test } from 'vitest';
import {
  hasSmallBody,
  type IncomingRequest,
  isHttps,
  readRequestHeader,
  requestHeaderNames,
} from '../../../server-lib/core/incoming-request.ts';
import { withPollutedPrototype } from '../../helpers/polluted-prototype.ts';

test.each([
  { headers: {}, small: true },
  { headers: { 'content-length': '0' }, small: true },
  { headers: { 'content-length': '1024' }, small: true },
  { headers: { 'content-length': '1025' }, small: false },
  { headers: { 'content-length': '999999999' }, small: false },
  { headers: { 'content-length': '9'.repeat(400) }, small: false },
  { headers: { 'content-length': '' }, small: false },
  { headers: { 'content-length': '-1' }, small: false },
  { headers: { 'content-length': '1e3' }, small: false },
  { headers: { 'content-length': '0x10' }, small: false },
  { headers: { 'content-length': ' 5' }, small: false },
  { headers: { 'content-length': '5\n' }, small: false },
  { headers: { 'content-length': '5, 5' }, small: false },
  { headers: { 'transfer-encoding': 'chunked' }, small: false },
  { headers: { 'transfer-encoding': 'identity', 'content-length': '0' }, small: false },
  { headers: { 'transfer-encoding': '' }, small: false },
])('a body with the headers $headers is small: $small', ({ headers, small }) => {
  expect(hasSmallBody({ headers }, 1_024)).toBe(small);
});

const post = (body: BodyInit | null, headers: Readonly<Record<string, string>> = {}): Request =>
  new Request('https://app.example.com/', { method: 'POST', body, headers });

test.each([
  { what: 'without a body', request: post(null), small: true },
  { what: 'with a body of an unknown length', request: post('{}'), small: false },
  { what: 'with a declared length', request: post('{}', { 'Content-Length': '2' }), small: true },
  { what: 'with a declared length above the limit', request: post('{}', { 'Content-Length': '1025' }), small: false },
])('a fetch request $what is small: $small', ({ request, small }) => {
  expect(hasSmallBody(request, 1_024)).toBe(small);
});

test('what an application puts into the body of a node:http request does not count', () => {
  expect(hasSmallBody({ headers: {}, body: { parsed: true } }, 1_024)).toBe(true);
});

test.each([
  { request: { secure: true, socket: {} }, https: true }, // Express behind a trusted proxy
  { request: { secure: false, socket: { encrypted: true } }, https: false }, // Express decides
  { request: { socket: { encrypted: true } }, https: true },
  { request: { socket: {} }, https: false },
  { request: {}, https: false },
  { request: { headers: {}, url: 'https://app.example.com/' }, https: false }, // the request target is the client's
  { request: new Request('https://app.example.com/'), https: true },
  { request: new Request('http://app.example.com/'), https: false },
])('a request like $request came over https: $https', ({ request, https }) => {
  expect(isHttps(request as IncomingRequest)).toBe(https);
});

test.each([
  { what: 'node:http', headers: { host: 'localhost', 'x-real-ip': '10.0.0.1' } },
  { what: 'fetch', headers: new Headers({ Host: 'localhost', 'X-Real-IP': '10.0.0.1' }) },
])('the headers of $what are read by name', ({ headers }) => {
  expect(readRequestHeader(headers, 'x-real-ip')).toBe('10.0.0.1');
  expect(readRequestHeader(headers, 'cookie')).toBeUndefined();
  expect(requestHeaderNames(headers)).toEqual(['host', 'x-real-ip']);
});

test('a polluted Object.prototype sends no header', () => {
  withPollutedPrototype({ 'x-gatekeeper': '1' }, () => {
    expect(readRequestHeader({}, 'x-gatekeeper')).toBeUndefined();
    expect(readRequestHeader(new Headers(), 'x-gatekeeper')).toBeUndefined();
  });
});
