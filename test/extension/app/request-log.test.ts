import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cleared,
  EMPTY_LOG,
  logged,
  MOST_ENTRIES,
  navigated,
  type RequestLog,
} from '../../../extension/app/request-log.ts';
import { patience, runs } from '../../support/fuzz.ts';
import { request } from './requests.ts';

const lines = ({ entries }: RequestLog): readonly string[] =>
  entries.map((entry) => (entry.kind === 'navigation' ? `-- ${entry.url}` : entry.url));

const at = (url: string, startedAt: number) => request(url, [], { startedAt });

test('requests stand in the order in which they began, whichever ended first', () => {
  const log = [at('/image', 20), at('/', 10), at('/api', 30)].reduce(logged, EMPTY_LOG);

  expect(lines(log)).toEqual(['/', '/image', '/api']);
});

test('going to another page keeps what was there and draws a line that no later request crosses', () => {
  const before = navigated([at('/one', 10)].reduce(logged, EMPTY_LOG), '/two');

  const log = logged(before, at('/two', 5));

  expect(lines(log)).toEqual(['/one', '-- /two', '/two']);
});

test('the line of a late navigation stands above the document that it is about', () => {
  const late = (log: RequestLog, url: string) => navigated(log, url, true);
  let log = late(logged(EMPTY_LOG, at('/one', 10)), '/one');
  log = late(logged(logged(log, at('/two', 20)), { ...at('/api', 30), type: 'fetch' }), '/two#top');
  log = late(logged(log, at('/two', 40)), '/two');
  log = logged(late(log, '/two'), at('/two', 50)); // this once the navigation came first

  expect(lines(log)).toEqual(['-- /one', '/one', '-- /two#top', '/two', '/api', '-- /two', '/two', '-- /two', '/two']);
});

test('a page that is loaded again leaves its earlier document above the line', () => {
  let log = logged(EMPTY_LOG, at('/one', 10));
  log = logged(navigated(log, '/one'), at('/one', 20));

  expect(lines(log)).toEqual(['/one', '-- /one', '/one']);
});

test('clearing forgets the entries and gives no number twice', () => {
  const log = logged(cleared(logged(EMPTY_LOG, at('/one', 1))), at('/two', 2));

  expect(log.entries.map(({ id }) => id)).toEqual([2]);
});

test('of more than 1,000 entries the newest are kept', () => {
  let log = EMPTY_LOG;
  for (let number = 1; number <= MOST_ENTRIES + 5; number++) log = logged(log, at(`/${number}`, number));

  expect(log.entries).toHaveLength(MOST_ENTRIES);
  expect(lines(log).at(0)).toBe('/6');
  expect(lines(log).at(-1)).toBe('/1005');
});

test('whatever comes, numbers are unique, the log is bounded and each page’s requests are in order', {
  timeout: patience(),
}, () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.nat({ max: 100 }) }, // a request that began then
    { weight: 1, arbitrary: fc.constantFrom('navigate', 'clear') },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let log = EMPTY_LOG;
      for (const one of steps) {
        if (one === 'navigate') log = navigated(log, '/');
        else if (one === 'clear') log = cleared(log);
        else log = logged(log, at('/', Number(one)));
      }

      expect(new Set(log.entries.map(({ id }) => id)).size).toBe(log.entries.length);
      expect(log.entries.length).toBeLessThanOrEqual(MOST_ENTRIES);
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
