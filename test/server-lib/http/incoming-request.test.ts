import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { hasSmallBody } from '../../../server-lib/http/incoming-request.ts';

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
  expect(hasSmallBody({ headers } as IncomingMessage, 1_024)).toBe(small);
});
