import { expect, test } from 'vitest';
import { flagUsages, readPageRecord } from '../../../../extension/app/session/page-record.ts';
import { pageTimings } from '../../../fakes/page/page-timings.ts';

const metric = (flag: string, description: string) => ({ name: `gk.${flag}`, description });

test('a flag that the document used is listed with the rendered variant', () => {
  const record = readPageRecord(pageTimings({ document: [metric('CHECKOUT', 'CLASSIC default')] }));

  expect(flagUsages(record).get('CHECKOUT')).toEqual({ rendered: 'CLASSIC', latest: 'CLASSIC', requests: 0 });
});

test('a flag that only requests used is listed with their number and the latest variant', () => {
  const record = readPageRecord(
    pageTimings({
      requests: [
        { url: 'https://shop.example/api/a', metrics: [metric('SEARCH', 'EXACT default')] },
        { url: 'https://shop.example/api/b', metrics: [metric('SEARCH', 'FUZZY override')] },
      ],
    }),
  );

  expect(flagUsages(record).get('SEARCH')).toEqual({ rendered: undefined, latest: 'FUZZY', requests: 2 });
});

test('a later request does not change the variant with which the document was rendered', () => {
  const record = readPageRecord(
    pageTimings({
      document: [metric('SEARCH', 'EXACT default')],
      requests: [{ url: 'https://shop.example/api', metrics: [metric('SEARCH', 'FUZZY override')] }],
    }),
  );

  expect(flagUsages(record).get('SEARCH')).toEqual({ rendered: 'EXACT', latest: 'FUZZY', requests: 1 });
});

test('a flag that only the page itself lists is a flag of the document, and the header wins', () => {
  const usedScripts = ['{"CHECKOUT":"ONE_PAGE override","SEARCH":"FUZZY rule"}'];
  const record = readPageRecord(pageTimings({ document: [metric('CHECKOUT', 'CLASSIC default')], usedScripts }));

  const usages = flagUsages(record);

  expect(usages.get('SEARCH')).toEqual({ rendered: 'FUZZY', latest: 'FUZZY', requests: 0 });
  expect(usages.get('CHECKOUT')).toEqual({ rendered: 'CLASSIC', latest: 'CLASSIC', requests: 0 });
});

test('a page without Server-Timing has no known flags', () => {
  expect(flagUsages(readPageRecord(pageTimings())).size).toBe(0);
});
