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

/** The row of CHECKOUT on a page that was rendered like this. */
function checkout(
  flag: object,
  overrides: object,
  trace: Partial<PageTimings> = {},
  changes: Partial<Ready> = {},
): SiteRow {
  const state = flagsState([{ ...CHECKOUT, ...flag }], { ...overrides });
  const [row] = siteRows({ ...state, record: readPageRecord(pageTimings(trace)), ...changes }, TODAY);
  if (row === undefined) throw new Error('no row');
  return row;
}

const rendered = (variant: string): PageTimings['document'] => [
  { name: 'gk.CHECKOUT', description: `${variant} default` },
];

describe('a page that shows another variant than the server would by now', () => {
  test('was loaded before the change', () => {
    const row = checkout(OVERRIDDEN, { CHECKOUT: 'ONE_PAGE' }, { document: rendered('CLASSIC') });

    expect(row.stale).toEqual({ shows: 'CLASSIC', why: 'changed-since' });
  });

  test.each(['cache', 'history', 'worker'] satisfies Delivery[])(
    'came from the %s, where nothing was changed since',
    (delivery) => {
      const row = checkout(OVERRIDDEN, { CHECKOUT: 'ONE_PAGE' }, { delivery, document: rendered('CLASSIC') });

      expect(row.stale).toEqual({ shows: 'CLASSIC', why: delivery });
    },
  );

  test('was loaded before the change, wherever it came from, if this popup has changed something', () => {
    const trace: Partial<PageTimings> = { delivery: 'cache', document: rendered('CLASSIC') };
    const row = checkout(OVERRIDDEN, { CHECKOUT: 'ONE_PAGE' }, trace, { changed: true });

    expect(row.stale?.why).toBe('changed-since');
  });

  test('still shows an override that was taken away', () => {
    expect(checkout({}, {}, { document: rendered('ONE_PAGE') }).stale?.shows).toBe('ONE_PAGE');
  });

  test('is told by a request, where the document did not ask for the flag', () => {
    const requests = [{ url: 'https://shop.example/api', metrics: rendered('ONE_PAGE') }];

    expect(checkout({}, {}, { requests }).stale?.shows).toBe('ONE_PAGE');
  });
});

test.each([
  // because                                 rendered    of the flag                changes
  ['page and server agree', 'CLASSIC', {}, {}],
  ['the server does not say what it would', 'CLASSIC', { current: undefined }, {}],
  ['the server was not yet asked anew', 'ONE_PAGE', {}, { cookieAtFetch: 'something else' }],
])('nothing is said to be stale where %s', (_why, variant, flag, changes) => {
  expect(checkout(flag, {}, { document: rendered(variant) }, changes).stale).toBeUndefined();
});

test('a page that does not say what it used is not blamed for anything', () => {
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

describe('an override that nobody would miss', () => {
  test.each([
    // of the flag                                                  cookie                     idle
    [OVERRIDDEN, { CHECKOUT: 'ONE_PAGE' }, undefined],
    [{ ...OVERRIDDEN, withoutOverride: 'ONE_PAGE' }, { CHECKOUT: 'ONE_PAGE' }, 'same'],
    [{ ...OVERRIDDEN, expiresAt: '2020-01-01' }, { CHECKOUT: 'ONE_PAGE' }, 'expired'],
    [{ ...OVERRIDDEN, overridable: false }, { CHECKOUT: 'ONE_PAGE' }, 'locked'],
    [{}, { CHECKOUT: 'GONE' }, 'gone'],
    [{ expiresAt: '2020-01-01' }, {}, undefined],
  ])('of %j with the cookie %j: %j', (flag, cookie, idle) => {
    expect(checkout(flag, cookie).redundant).toBe(idle);
  });

  test('is never named where nobody can override at all: then all of them do nothing', () => {
    const state = documentState({ gatekeeper: 1, flags: [CHECKOUT] }, { CHECKOUT: 'GONE' });

    expect(siteRows(state, TODAY).map(({ redundant }) => redundant)).toEqual([undefined]);
  });

  test('may be one of a flag that the site does not know, but not one that may be hidden', () => {
    const overrides = { state: 'enabled', ignored: [{ flag: 'OLD', code: 'unknown-flag' }] };
    const cookie = { OLD: 'ON', SECRET: 'ON', CHECKOUT: 'GONE' };
    const state = documentState({ gatekeeper: 1, overrides, flags: [CHECKOUT] }, cookie);

    const idle = redundantOverrides(siteRows(state, TODAY), orphanOverrides(state.manifest, state.stored));

    expect(idle.map(({ name }) => name)).toEqual(['OLD', 'CHECKOUT']);
  });
});
