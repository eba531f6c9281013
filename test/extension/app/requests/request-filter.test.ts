import { expect, test } from 'vitest';
import {
  appendNavigation,
  appendRequest,
  EMPTY_LOG,
  filterLog,
  INITIAL_FILTER,
  type RequestFilter,
  type RequestLog,
} from '../../../../extension/app/requests/request-log.ts';
import { request } from './logged-requests.ts';

const shown = (log: RequestLog, filter: Partial<RequestFilter> = {}): readonly string[] =>
  filterLog(log, { ...INITIAL_FILTER, ...filter }).map((entry) =>
    entry.kind === 'navigation' ? `-- ${entry.url}` : entry.url,
  );

const PAGE = [
  request('/', ['CHECKOUT ONE_PAGE override', 'SEARCH EXACT default']),
  request('/api/prices', ['SEARCH EXACT default'], { type: 'fetch', method: 'POST', status: 201 }),
  request('/api/ping', [], { type: 'fetch' }),
  request('/app.js', ['BUNDLE NEW code'], { type: 'other' }),
  request('/logo.png', [], { type: 'other' }),
  request('/long', [], { more: 7 }),
].reduce(appendRequest, EMPTY_LOG);

test.each<[Partial<RequestFilter>, readonly string[]]>([
  // filter                                   requests
  [{}, ['/', '/api/prices', '/api/ping', '/long']],
  [{ type: 'document' }, ['/', '/long']],
  [{ type: 'fetch' }, ['/api/prices', '/api/ping']],
  [{ type: 'all' }, ['/', '/api/prices', '/api/ping', '/app.js', '/logo.png', '/long']],
  [{ type: 'all', flags: 'evaluated' }, ['/', '/api/prices', '/app.js', '/long']],
  [{ flags: 'evaluated' }, ['/', '/api/prices', '/long']],
  [{ flags: 'overridden' }, ['/']],
  [{ type: 'fetch', flags: 'overridden' }, []],
  [{ text: 'API' }, ['/api/prices', '/api/ping']],
  [{ text: 'search' }, ['/', '/api/prices']],
  [{ text: 'one_page' }, ['/']],
  [{ text: 'default post' }, ['/api/prices']],
  [{ text: '201' }, ['/api/prices']],
  [{ text: '  ' }, ['/', '/api/prices', '/api/ping', '/long']],
  [{ text: 'matches nothing' }, []],
])('the filter %j matches %j', (filter, requests) => {
  expect(shown(PAGE, filter)).toEqual(requests);
});

test('a navigation is shown if a shown request follows it, or if it is the latest entry', () => {
  let log = appendRequest(appendNavigation(EMPTY_LOG, '/one'), request('/one'));
  log = appendRequest(appendNavigation(log, '/two'), request('/logo.png', [], { type: 'other' }));
  log = appendNavigation(log, '/three');

  expect(shown(log)).toEqual(['-- /one', '/one', '-- /three']);
  expect(shown(log, { text: 'elsewhere' })).toEqual(['-- /three']);
});
