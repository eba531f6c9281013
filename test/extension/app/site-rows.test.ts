import { describe, expect, test } from 'vitest';
import { leftovers } from '../../../extension/app/flag-rows.ts';
import { pageRecordOf } from '../../../extension/app/page-record.ts';
import type { Delivery, PageTrace } from '../../../extension/app/ports.ts';
import type { Ready } from '../../../extension/app/session-state.ts';
import { idleOverrides, type SiteRow, siteRows } from '../../../extension/app/site-rows.ts';
import { pageTrace } from '../../fakes/page-trace.ts';
import { documentState, flagsState } from '../ui/states.ts';

const TODAY = '2026-11-22';
const CHECKOUT = { name: 'CHECKOUT', variants: ['CLASSIC', 'ONE_PAGE'], current: 'CLASSIC', source: 'default' };
const OVERRIDDEN = { ...CHECKOUT, current: 'ONE_PAGE', source: 'override', withoutOverride: 'CLASSIC' };

/** The row of CHECKOUT on a page that was rendered like this. */
function checkout(
  flag: object,
  overrides: object,
  trace: Partial<PageTrace> = {},
  changes: Partial<Ready> = {},
): SiteRow {
  const state = flagsState([{ ...CHECKOUT, ...flag }], { ...overrides });
  const [row] = siteRows({ ...state, record: pageRecordOf(pageTrace(trace)), ...changes }, TODAY);
  if (row === undefined) throw new Error('no row');
  return row;
}

const rendered = (variant: string): PageTrace['document'] => [
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
    const trace: Partial<PageTrace> = { delivery: 'cache', document: rendered('CLASSIC') };
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
  ['the server was not yet asked anew', 'ONE_PAGE', {}, { manifestSaw: 'something else' }],
])('nothing is said to be stale where %s', (_why, variant, flag, changes) => {
  expect(checkout(flag, {}, { document: rendered(variant) }, changes).stale).toBeUndefined();
});

test('a page that does not say what it used is not blamed for anything', () => {
  const row = checkout(OVERRIDDEN, { CHECKOUT: 'ONE_PAGE' });

  expect([row.use, row.stale]).toEqual([undefined, undefined]);
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
    expect(checkout(flag, cookie).idle).toBe(idle);
  });

  test('is never named where nobody can override at all: then all of them do nothing', () => {
    const state = documentState({ gatekeeper: 1, flags: [CHECKOUT] }, { CHECKOUT: 'GONE' });

    expect(siteRows(state, TODAY).map(({ idle }) => idle)).toEqual([undefined]);
  });

  test('may be one of a flag that the site does not know, but not one that may be hidden', () => {
    const overrides = { state: 'enabled', ignored: [{ flag: 'OLD', code: 'unknown-flag' }] };
    const cookie = { OLD: 'ON', SECRET: 'ON', CHECKOUT: 'GONE' };
    const state = documentState({ gatekeeper: 1, overrides, flags: [CHECKOUT] }, cookie);

    const idle = idleOverrides(siteRows(state, TODAY), leftovers(state.manifest, state.stored));

    expect(idle.map(({ name }) => name)).toEqual(['OLD', 'CHECKOUT']);
  });
});
