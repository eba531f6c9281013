import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  appendNavigation,
  appendRequest,
  clearLog,
  EMPTY_LOG,
  MAX_ENTRIES,
  type RequestLog,
} from '../../../../extension/app/requests/request-log.ts';
import { propertyTimeout, runs } from '../../../arbitraries/mutations.ts';
import { request } from './logged-requests.ts';

const lines = ({ entries }: RequestLog): readonly string[] =>
  entries.map((entry) => (entry.kind === 'navigation' ? `-- ${entry.url}` : entry.url));

const at = (url: string, startedAt: number) => request(url, [], { startedAt });

test('requests are sorted by their start, not by their end', () => {
  const log = [at('/image', 20), at('/', 10), at('/api', 30)].reduce(appendRequest, EMPTY_LOG);

  expect(lines(log)).toEqual(['/', '/image', '/api']);
});

test('a navigation keeps the earlier entries, and no later request is inserted before it', () => {
  const before = appendNavigation([at('/one', 10)].reduce(appendRequest, EMPTY_LOG), '/two');

  const log = appendRequest(before, at('/two', 5));

  expect(lines(log)).toEqual(['/one', '-- /two', '/two']);
});

test('a late navigation is inserted before its document', () => {
  const late = (log: RequestLog, url: string) => appendNavigation(log, url, true);
  let log = late(appendRequest(EMPTY_LOG, at('/one', 10)), '/one');
  log = late(appendRequest(appendRequest(log, at('/two', 20)), { ...at('/api', 30), type: 'fetch' }), '/two#top');
  log = late(appendRequest(log, at('/two', 40)), '/two');
  log = appendRequest(late(log, '/two'), at('/two', 50)); // here the navigation comes before its document

  expect(lines(log)).toEqual(['-- /one', '/one', '-- /two#top', '/two', '/api', '-- /two', '/two', '-- /two', '/two']);
});

test('after a reload, the earlier document stays before the navigation', () => {
  let log = appendRequest(EMPTY_LOG, at('/one', 10));
  log = appendRequest(appendNavigation(log, '/one'), at('/one', 20));

  expect(lines(log)).toEqual(['/one', '-- /one', '/one']);
});

test('clearing removes the entries, and no id is used twice', () => {
  const log = appendRequest(clearLog(appendRequest(EMPTY_LOG, at('/one', 1))), at('/two', 2));

  expect(log.entries.map(({ id }) => id)).toEqual([2]);
});

test('the log keeps the newest 1,000 entries', () => {
  let log = EMPTY_LOG;
  for (let number = 1; number <= MAX_ENTRIES + 5; number++) log = appendRequest(log, at(`/${number}`, number));

  expect(log.entries).toHaveLength(MAX_ENTRIES);
  expect(lines(log).at(0)).toBe('/6');
  expect(lines(log).at(-1)).toBe('/1005');
});

test('after any steps, ids are unique, the log is bounded and each page’s requests are in order', {
  timeout: propertyTimeout(),
}, () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.nat({ max: 100 }) }, // a request that began then
    { weight: 1, arbitrary: fc.constantFrom('navigate', 'clear') },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let log = EMPTY_LOG;
      for (const one of steps) {
        if (one === 'navigate') log = appendNavigation(log, '/');
        else if (one === 'clear') log = clearLog(log);
        else log = appendRequest(log, at('/', Number(one)));
      }

      expect(new Set(log.entries.map(({ id }) => id)).size).toBe(log.entries.length);
      expect(log.entries.length).toBeLessThanOrEqual(MAX_ENTRIES);
      for (const [index, entry] of log.entries.entries()) {
        const before = log.entries[index - 1];
        if (entry.kind === 'request' && before?.kind === 'request') {
          expect(before.startedAt).toBeLessThanOrEqual(entry.startedAt);
        }
      }
    }),
    runs(500),
  );
});
