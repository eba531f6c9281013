import { expect, test } from 'vitest';
import {
  appendNavigation,
  appendRequest,
  EMPTY_LOG,
  serializeRequests,
} from '../../../../extension/app/requests/request-log.ts';
import { request } from './logged-requests.ts';

test('the export is JSON with each request, the flags that it evaluated, and the navigations', () => {
  const page = request('https://shop.example/', ['CHECKOUT ONE_PAGE override'], { startedAt: Date.UTC(2026, 10, 22) });
  const call = request('https://shop.example/api', [], { type: 'fetch', method: 'POST', status: 503, more: 7 });
  const { entries } = appendRequest(
    appendNavigation(appendRequest(EMPTY_LOG, page), 'https://shop.example/cart'),
    call,
  );

  const text = serializeRequests(entries, Date.UTC(2026, 10, 23, 9, 30));

  expect(JSON.parse(text)).toEqual({
    gatekeeperRequests: 1,
    exportedAt: '2026-11-23T09:30:00.000Z',
    entries: [
      {
        startedAt: '2026-11-22T00:00:00.000Z',
        type: 'document',
        method: 'GET',
        url: 'https://shop.example/',
        status: 200,
        flags: [{ flag: 'CHECKOUT', variant: 'ONE_PAGE', source: 'override' }],
      },
      { navigation: 'https://shop.example/cart' },
      {
        startedAt: '1970-01-01T00:00:00.000Z',
        type: 'fetch',
        method: 'POST',
        url: 'https://shop.example/api',
        status: 503,
        flags: [],
        more: 7,
      },
    ],
  });
});
