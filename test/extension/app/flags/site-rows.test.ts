import { describe, expect, test } from 'vitest';
import {
  orphanOverrides,
  redundantOverrides,
  type SiteRow,
  siteRows,
} from '../../../../extension/app/flags/flag-rows.ts';
import type { Delivery, PageTimings } from '../../../../extension/app/session/page-port.ts';
import { readPageRecord } from '../../../../extension/app/session/page-record.ts';
import type { Ready } from '../../../../extension/app/session/session-state.ts';
import { pageTimings } from '../../../fakes/page/page-timings.ts';
import { documentState, flagsState } from '../../ui/popup/states.ts';

const TODAY = '2026-11-22';
const CHECKOUT = { name: 'CHECKOUT', variants: ['CLASSIC', 'ONE_PAGE'], current: 'CLASSIC', source: 'default' };
const OVERRIDDEN = { ...CHECKOUT, current: 'ONE_PAGE', source: 'override', withoutOverride: 'CLASSIC' };

/** The row of CHECKOUT on a page with these timings. */
function checkout(
  flag: object,
  overrides: object,
  timings: Partial<PageTimings> = {},
  changes: Partial<Ready> = {},
): SiteRow {
  const state = flagsState([{ ...CHECKOUT, ...flag }], { ...overrides });
  const [row] = siteRows({ ...state, record: readPageRecord(pageTimings(timings)), ...changes }, TODAY);
  if (row === undefined) throw new Error('no row');
  return row;
}

const rendered = (variant: string): PageTimings['document'] => [
  { name: 'gk.CHECKOUT', description: `${variant} default` },
];

describe('a page that shows another variant than the server would use now', () => {
  test('was loaded before the change', () => {
    const row = checkout(OVERRIDDEN, { CHECKOUT: 'ONE_PAGE' }, { document: rendered('CLASSIC') });

    expect(row.stale).toEqual({ shows: 'CLASSIC', why: 'changed-since' });
  });

  test.each(['cache', 'history', 'worker'] satisfies Delivery[])(
    'came from the %s, if nothing has changed since',
    (delivery) => {
      const row = checkout(OVERRIDDEN, { CHECKOUT: 'ONE_PAGE' }, { delivery, document: rendered('CLASSIC') });

      expect(row.stale).toEqual({ shows: 'CLASSIC', why: delivery });
    },
  );

  test('was loaded before the change, from any source, if this popup has changed something', () => {
    const timings: Partial<PageTimings> = { delivery: 'cache', document: rendered('CLASSIC') };
    const row = checkout(OVERRIDDEN, { CHECKOUT: 'ONE_PAGE' }, timings, { changed: true });

    expect(row.stale?.why).toBe('changed-since');
  });

  test('still shows an override that was removed', () => {
    expect(checkout({}, {}, { document: rendered('ONE_PAGE') }).stale?.shows).toBe('ONE_PAGE');
  });

  test('is detected by a request, if the document did not use the flag', () => {
    const requests = [{ url: 'https://shop.example/api', metrics: rendered('ONE_PAGE') }];

    expect(checkout({}, {}, { requests }).stale?.shows).toBe('ONE_PAGE');
  });
});

test.each([
  // because                                 rendered    of the flag                changes
  ['page and server agree', 'CLASSIC', {}, {}],
  ['the server gives no current variant', 'CLASSIC', { current: undefined }, {}],
  ['the manifest was fetched with another cookie', 'ONE_PAGE', {}, { cookieAtFetch: 'something else' }],
])('a page is not stale if %s', (_why, variant, flag, changes) => {
  expect(checkout(flag, {}, { document: rendered(variant) }, changes).stale).toBeUndefined();
});

test('a page without Server-Timing is not stale', () => {
  const row = checkout(OVERRIDDEN, { CHECKOUT: 'ONE_PAGE' });

  expect([row.usage, row.stale]).toEqual([undefined, undefined]);
});

test.each([
  // last day                expired
  ['2026-11-21', true],
  ['2026-11-22', false],
  ['2026-11-23', false],
  ['2026-11-21T23:59:59Z', true],
  ['yesterday', false],
  ['', false],
])('on 2026-11-22, a flag whose last day is %s is expired: %j', (expiresAt, isExpired) => {
  expect(checkout({ expiresAt }, {}).isExpired).toBe(isExpired);
});

describe('a redundant override', () => {
  test.each([
    // of the flag                                                  cookie                     redundant
    [OVERRIDDEN, { CHECKOUT: 'ONE_PAGE' }, undefined],
    [{ ...OVERRIDDEN, withoutOverride: 'ONE_PAGE' }, { CHECKOUT: 'ONE_PAGE' }, 'same'],
    [{ ...OVERRIDDEN, expiresAt: '2020-01-01' }, { CHECKOUT: 'ONE_PAGE' }, 'expired'],
    [{ ...OVERRIDDEN, overridable: false }, { CHECKOUT: 'ONE_PAGE' }, 'locked'],
    [{}, { CHECKOUT: 'GONE' }, 'gone'],
    [{ expiresAt: '2020-01-01' }, {}, undefined],
  ])('of %j with the cookie %j: %j', (flag, cookie, redundant) => {
    expect(checkout(flag, cookie).redundant).toBe(redundant);
  });

  test('is never listed on a site where overriding is disabled, because there none has an effect', () => {
    const state = documentState({ gatekeeper: 1, flags: [CHECKOUT] }, { CHECKOUT: 'GONE' });

    expect(siteRows(state, TODAY).map(({ redundant }) => redundant)).toEqual([undefined]);
  });

  test('may belong to an unknown flag, but not to a flag that may be hidden', () => {
    const overrides = { state: 'enabled', ignored: [{ flag: 'OLD', code: 'unknown-flag' }] };
    const cookie = { OLD: 'ON', SECRET: 'ON', CHECKOUT: 'GONE' };
    const state = documentState({ gatekeeper: 1, overrides, flags: [CHECKOUT] }, cookie);

    const redundant = redundantOverrides(siteRows(state, TODAY), orphanOverrides(state.manifest, state.stored));

    expect(redundant.map(({ name }) => name)).toEqual(['OLD', 'CHECKOUT']);
    const shared = redundantOverrides(siteRows(state, TODAY), orphanOverrides(state.manifest, state.stored, true));
    expect(shared.map(({ name }) => name)).toEqual(['CHECKOUT']);
  });
});
