import { describe, expect, test } from 'vitest';
import { type Browsing, INITIAL_BROWSING, withFilter } from '../../../../extension/app/flags/browsing-store.ts';
import type { PageTimings } from '../../../../extension/app/session/page-port.ts';
import { readPageRecord } from '../../../../extension/app/session/page-record.ts';
import type { Ready } from '../../../../extension/app/session/session-state.ts';
import { pageTimings } from '../../../fakes/page/page-timings.ts';
import { siteManifest } from '../../../helpers/site-manifest.ts';
import { drawnPopup } from './drawn-popup.tsx';
import { flagsState, readyState } from './states.ts';

const withTimings = (state: Ready, timings: Partial<PageTimings>): Ready => ({
  ...state,
  record: readPageRecord(pageTimings(timings)),
});
const rendered = (flag: string, text: string): PageTimings['document'] => [{ name: `gk.${flag}`, description: text }];

describe('a flag’s row shows', () => {
  test('that the page used the flag, and in how many requests', () => {
    const timings = {
      document: rendered('CHECKOUT', 'CLASSIC default'),
      requests: [{ url: 'https://shop.example/api', metrics: rendered('CHECKOUT', 'CLASSIC default') }],
    };
    const popup = drawnPopup(withTimings(readyState(), timings));

    expect(popup.row('CHECKOUT').textContent).toContain('on this page');
    expect(popup.row('CHECKOUT').textContent).toContain('in 1 request');
    expect(popup.row('SEARCH').textContent).not.toContain('on this page');
  });

  test('that the page was loaded before the change', () => {
    const state = withTimings(readyState({ CHECKOUT: 'ONE_PAGE' }), {
      document: rendered('CHECKOUT', 'CLASSIC default'),
    });

    expect(drawnPopup(state).row('CHECKOUT').textContent).toContain('This page shows CLASSIC: it was loaded before');
  });

  test('that the page came from a cache', () => {
    const timings = { delivery: 'cache', document: rendered('CHECKOUT', 'CLASSIC default') } as const;

    expect(
      drawnPopup(withTimings(readyState({ CHECKOUT: 'ONE_PAGE' }), timings)).row('CHECKOUT').textContent,
    ).toContain('cache');
  });

  test('that its last day is past', () => {
    const popup = drawnPopup(flagsState([{ name: 'A', variants: ['ON'], expiresAt: '2020-01-31' }]));

    expect(popup.row('A').textContent).toContain('expired 2020-01-31');
  });

  test('that the override changes nothing', () => {
    const flag = { name: 'A', variants: ['ON'], current: 'ON', source: 'override', withoutOverride: 'ON' };

    expect(drawnPopup(flagsState([flag], { A: 'ON' })).row('A').textContent).toContain('same without your choice');
  });

  test('which variants cycling has shown, with an icon and a hidden text after the variant’s name', () => {
    const popup = drawnPopup(readyState(), { ...INITIAL_BROWSING, visited: new Map([['CHECKOUT', ['ONE_PAGE']]]) });

    const [label] = popup.radio('CHECKOUT', 'ONE_PAGE').labels ?? [];

    expect(label?.textContent).toBe('ONE_PAGEseen');
    expect(label?.querySelector('svg')).not.toBeNull();
    expect(popup.radio('CHECKOUT', 'CLASSIC').labels?.[0]?.querySelector('svg')).toBeNull();
  });
});

test('the filters show their numbers of flags, and which one is active', () => {
  const state = withTimings(readyState({ CHECKOUT: 'ONE_PAGE' }), { document: rendered('SEARCH', 'EXACT default') });
  const popup = drawnPopup(state, withFilter(INITIAL_BROWSING, 'page'));

  popup.button('Your choices 1')?.click();

  expect(popup.button('All 3')?.getAttribute('aria-pressed')).toBe('false');
  expect(popup.button('On this page 1')?.getAttribute('aria-pressed')).toBe('true');
  expect(popup.calls).toEqual(['filter overridden']);
});

test('on a page without Server-Timing, the filter "On this page" explains why it is empty', () => {
  const popup = drawnPopup(readyState(), withFilter(INITIAL_BROWSING, 'page'));

  expect(popup.texts('status')).toEqual([
    expect.stringContaining('does not list its flags'),
    expect.stringContaining('Watch this site'),
  ]);
});

test('flags that did not fit into the page’s header are counted', () => {
  const document = [...rendered('SEARCH', 'EXACT default'), { name: 'gk', description: '+7 more' }];
  const popup = drawnPopup(withTimings(readyState(), { document }), withFilter(INITIAL_BROWSING, 'page'));

  expect(popup.texts('status')).toEqual([expect.stringContaining('7 more flags')]);
});

test('one click cleans up the overrides that change nothing', () => {
  const popup = drawnPopup(readyState({ CHECKOUT: 'GONE', SEARCH: 'FUZZY', OLD: 'ON' }));

  popup.button('Clean up')?.click();

  expect(popup.calls).toEqual(['removeOverrides OLD CHECKOUT']);
});

test('an override that does not fit offers to clear other overrides', () => {
  const error = { kind: 'too-large', excess: 3 } as const;
  const popup = drawnPopup(readyState({ CHECKOUT: 'ONE_PAGE' }, { writeError: error }));

  popup.button('Clear CHECKOUT')?.click();

  expect(popup.calls).toEqual(['removeOverrides CHECKOUT']);
});

test('bidirectional control characters in a cookie’s name are removed from the button that clears it', () => {
  const error = { kind: 'too-large', excess: 3 } as const;
  const popup = drawnPopup(readyState({ 'A\u202eB': 'ON' }, { writeError: error }));

  popup.button('Clear A\ufffdB')?.click();

  expect(popup.calls).toEqual(['removeOverrides A\u202eB']);
});

test.each([
  // bytes of the value    text
  [2_000, undefined],
  [2_990, '3000 of 4096 bytes'],
  [4_000, '4010 of 4096 bytes'],
])('for a cookie with a value of %i bytes, the meter shows %j', (bytes, text) => {
  const state = readyState();
  const popup = drawnPopup({ ...state, stored: { ...state.stored, raw: 'x'.repeat(bytes) } });

  expect(popup.main.querySelector('.bytes')?.textContent?.trim()).toBe(text);
});

describe('watching the site', () => {
  const onPage = withFilter(INITIAL_BROWSING, 'page');
  const stored = { raw: '%7B%7D', entries: new Map(), variants: new Map(), unusable: [] };
  const used = withTimings(readyState(), { document: rendered('CHECKOUT', 'CLASSIC default') });

  test('is offered under "On this page" if the server lists no flags, with what it means', () => {
    const popup = drawnPopup(readyState(), onPage);

    popup.button('Watch this site')?.click();

    expect(popup.texts('status').join()).toContain('without any choice of yours. The browser stores an empty cookie');
    expect(popup.calls).toEqual(['watch']);
  });

  test.each<[string, Ready, Browsing]>([
    ['among all flags', readyState(), INITIAL_BROWSING],
    ['with a choice', readyState({ CHECKOUT: 'ONE_PAGE' }), onPage],
    ['if the server lists flags already', used, onPage],
    ['without permission', { ...readyState(), manifest: siteManifest('', false) }, onPage],
  ])('is not offered %s', (_, state, browsing) => {
    expect(drawnPopup(state, browsing).button('Watch this site')).toBeUndefined();
  });

  test.each([INITIAL_BROWSING, onPage])('can be stopped, whatever the filter', (browsing) => {
    const popup = drawnPopup(readyState({}, { stored }), browsing);

    popup.button('Stop watching')?.click();

    expect(popup.texts('status').join()).toContain('You watch this site');
    expect(popup.button('Watch this site')).toBeUndefined();
    expect(popup.calls).toEqual(['stopWatching']);
  });

  test('is not what a cookie does that cannot be read', () => {
    const state = readyState({}, { stored: { ...stored, raw: '%7B', problem: 'malformed' } });

    expect(drawnPopup(state).button('Stop watching')).toBeUndefined();
  });
});
