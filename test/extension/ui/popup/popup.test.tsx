import { describe, expect, test } from 'vitest';
import { INITIAL_BROWSING, withSearch, withView } from '../../../../extension/app/flags/browsing-store.ts';
import type { PageFailure } from '../../../../extension/app/session/page-port.ts';
import type {
  AbsenceReason,
  ManifestFailed,
  ManifestFetchError,
  SessionState,
  WriteError,
} from '../../../../extension/app/session/session-state.ts';
import { INITIAL_SHARING } from '../../../../extension/app/sharing/sharing-store.ts';
import { drawnPopup } from './drawn-popup.tsx';
import { documentState, readyState, stateAfter } from './states.ts';

const faulty = (problem: ManifestFetchError, overrides = {}): ManifestFailed => {
  const state = stateAfter({ kind: 'unreachable', isUpgraded: false }, overrides);
  if (state.kind !== 'faulty') throw new Error(state.kind);
  return { ...state, problem };
};

test('the popup is busy while it loads, and not one moment longer', () => {
  const popup = drawnPopup({ kind: 'loading' });
  const before = popup.main.getAttribute('aria-busy');

  popup.redraw(readyState());

  expect(before).toBe('true');
  expect(popup.main.getAttribute('aria-busy')).toBe('false');
});

test('a popup that loads alarms nobody and offers nothing', () => {
  const popup = drawnPopup({ kind: 'loading' });

  expect(popup.texts('alert')).toEqual([]);
  expect(popup.main.querySelectorAll('button, input')).toHaveLength(0);
});

test.each<[PageFailure, 'status' | 'alert', boolean]>([
  // the page        is told as  can be tried again
  ['not-a-web-page', 'status', false],
  ['refused', 'status', false],
  ['no-access', 'status', false],
  ['elsewhere', 'alert', true],
  ['timed-out', 'alert', true],
])('a page that is %s is told as %s', (failure, role, canRetry) => {
  const popup = drawnPopup({ kind: 'unreachable-page', failure });

  expect(popup.texts(role)).toHaveLength(1);
  expect(popup.texts(role === 'status' ? 'alert' : 'status')).toEqual([]);
  expect(popup.button('Try again') !== undefined).toBe(canRetry);
});

test.each<[AbsenceReason]>([
  [{ kind: 'status', status: 404 }],
  [{ kind: 'media-type', mediaType: 'text/html' }],
  [{ kind: 'media-type', mediaType: '' }],
  [{ kind: 'redirected' }],
])('a site without a manifest (%j) is a calm fact, with the name of the site', (why) => {
  const popup = drawnPopup({
    ...faulty({ kind: 'timed-out' }),
    kind: 'absent',
    origin: 'https://shop.example:8443',
    why,
  });

  expect(popup.texts('status')).toHaveLength(1);
  expect(popup.texts('alert')).toEqual([]);
  expect(popup.main.textContent).toContain('shop.example:8443');
  expect(popup.button('Clear all overrides')).toBeUndefined();
});

test('overrides that a site without a manifest has left behind are counted, and can be cleared', () => {
  const why: AbsenceReason = { kind: 'status', status: 404 };
  const popup = drawnPopup({ ...faulty({ kind: 'timed-out' }, { CHECKOUT: 'ONE_PAGE', OLD: 7 }), kind: 'absent', why });

  popup.button('Clear all overrides')?.click();

  expect(popup.main.textContent).toContain('2 overrides');
  expect(popup.asked).toEqual(['clearAll']);
});

test.each<[ManifestFetchError, boolean, string]>([
  // problem                                                                 again  names
  [{ kind: 'server-error', status: 503 }, true, '503'],
  [{ kind: 'request-refused', status: 431 }, true, '431'],
  [{ kind: 'timed-out' }, true, ''],
  [{ kind: 'unreachable', isUpgraded: false }, true, ''],
  [{ kind: 'unreachable', isUpgraded: true }, true, 'upgrade-insecure-requests'],
  [{ kind: 'blocked-by-page', directFetch: 'none' }, false, 'Try another page of the site'],
  [{ kind: 'blocked-by-page', directFetch: 'other-session' }, false, 'the request would not be part of your session'],
  [{ kind: 'blocked-by-page', directFetch: 'no-permission' }, false, 'If you allow access to this site'],
  [{ kind: 'too-large' }, false, ''],
  [{ kind: 'charset', charset: 'utf-7' }, false, 'utf-7'],
  [{ kind: 'malformed', manifest: { kind: 'not-json' } }, false, ''],
  [{ kind: 'malformed', manifest: { kind: 'not-a-manifest' } }, false, ''],
  [{ kind: 'malformed', manifest: { kind: 'version', version: '99' } }, false, '99'],
])('the problem %j is an alert; trying again can help: %j', (problem, canRetry, named) => {
  const popup = drawnPopup(faulty(problem));

  expect(popup.texts('alert')).toEqual([expect.stringContaining(named)]);
  expect(popup.texts('status')).toEqual([]);
  expect(popup.button('Try again') !== undefined).toBe(canRetry);
});

test.each([
  // why the site was not asked either   may be changed by a click
  ['none', false],
  ['other-session', false],
  ['no-permission', true],
] as const)(
  'where the page forbids the request, and asking the site itself is kept from us by %s, one click can change that: %j',
  (directFetch, canAllow) => {
    const popup = drawnPopup(faulty({ kind: 'blocked-by-page', directFetch }));

    popup.button('Allow access to this site')?.click();

    expect(popup.asked).toEqual(canAllow ? ['allowDetour'] : []);
  },
);

test('"Try again" tries again', () => {
  const popup = drawnPopup(faulty({ kind: 'timed-out' }));

  popup.button('Try again')?.click();

  expect(popup.asked).toEqual(['retry']);
});

test('where the manifest cannot be read, overrides that are there can be cleared', () => {
  const problem: ManifestFetchError = { kind: 'request-refused', status: 431 };

  const without = drawnPopup(faulty(problem)).button('Clear all overrides');
  const popup = drawnPopup(faulty(problem, { CHECKOUT: 'ONE_PAGE' }));
  popup.button('Clear all overrides')?.click();

  expect(without).toBeUndefined();
  expect(popup.asked).toEqual(['clearAll']);
});

test.each<[WriteError, string]>([
  // what went wrong                            names
  [{ kind: 'too-large', excess: 17 }, '17'],
  [{ kind: 'cookies-blocked' }, ''],
  [{ kind: 'other-cookie', clue: 'unseen', name: 'gatekeeper', isClearing: false }, 'gatekeeper'],
  [{ kind: 'contended' }, ''],
  [{ kind: 'not-received', name: 'gatekeeper' }, 'gatekeeper'],
  [{ kind: 'page', failure: 'elsewhere' }, ''],
  [{ kind: 'page', failure: 'refused' }, ''],
  [{ kind: 'page', failure: 'timed-out' }, ''],
])('a write that came to %j is an alert beside the flags, and beside a problem', (trouble, named) => {
  const beside: readonly SessionState[] = [
    readyState({}, { writeError: trouble }),
    { ...faulty({ kind: 'timed-out' }, { A: 'ON' }), writeError: trouble },
  ];

  for (const state of beside) {
    const alerts = drawnPopup(state).texts('alert');

    expect(alerts).toHaveLength(state.kind === 'ready' ? 1 : 2);
    expect(alerts.at(-1)).toContain(named);
  }
});

describe('of the flags as a whole', () => {
  const said = (document: object): readonly string[] =>
    drawnPopup(documentState({ gatekeeper: 1, flags: [], ...document })).texts('status');
  const flags = [{ name: 'A', variants: ['ON'] }];
  const overrides = { state: 'enabled' };

  test('nothing is said where nothing is to be said', () => {
    expect(said({ flags, overrides })).toEqual([]);
  });

  test.each([
    // document                                                         says
    [{ flags, overrides: { state: 'disabled' } }, /disabled/],
    [{ flags }, /disabled/],
    [{ flags, overrides: { state: 'disabled' }, environment: 'production' }, /production/],
    [{ flags, overrides: { state: 'grant-required' } }, /permission/],
    [{ flags: [], overrides }, /no flags/],
    [{ flags: [...flags, 7, {}, null], overrides }, /\b3 entries\b/],
    [{ flags: [...flags, 7], overrides }, /\b1 entry\b/],
  ])('%j says %s', (document, text) => {
    expect(said(document)).toEqual([expect.stringMatching(text)]);
  });

  test('a search that finds nothing says so, with its words', () => {
    const popup = drawnPopup(readyState(), withSearch(INITIAL_BROWSING, 'nowhere'));

    expect(popup.texts('status')).toEqual([expect.stringContaining('nowhere')]);
  });

  test('a cookie that cannot be read is said to count for nothing', () => {
    const state = readyState();
    const stored = { raw: '%7B', entries: new Map(), variants: new Map(), unusable: [], problem: 'malformed' } as const;

    expect(drawnPopup({ ...state, stored }).texts('status')).toEqual([expect.stringMatching(/malformed/)]);
  });
});

test('the site is named by its host as the browser writes it, beside its own name and environment', () => {
  const { main } = drawnPopup({ ...readyState(), origin: 'https://xn--shp-tna.example:8443' });

  expect(main.querySelector('header')?.textContent).toContain('xn--shp-tna.example:8443');
  expect(main.querySelector('header')?.textContent).toContain('Demo shop');
  expect(main.querySelector('header')?.textContent).toContain('test');
});

describe('automation goes by attributes:', () => {
  const named = (state: SessionState): string | null => drawnPopup(state).main.getAttribute('data-state');

  test.each<[SessionState, string]>([
    [{ kind: 'loading' }, 'loading'],
    [readyState(), 'ready'],
    [{ ...faulty({ kind: 'timed-out' }), kind: 'absent', why: { kind: 'redirected' } }, 'no-manifest'],
    [{ kind: 'unreachable-page', failure: 'not-a-web-page' }, 'not-a-page'],
    [{ kind: 'unreachable-page', failure: 'refused' }, 'refused'],
    [{ kind: 'unreachable-page', failure: 'no-access' }, 'refused'],
    [{ kind: 'unreachable-page', failure: 'timed-out' }, 'timed-out'],
    [{ kind: 'unreachable-page', failure: 'elsewhere' }, 'elsewhere'],
    [faulty({ kind: 'timed-out' }), 'timed-out'],
    [faulty({ kind: 'server-error', status: 503 }), 'server-error'],
    [faulty({ kind: 'request-refused', status: 431 }), 'request-refused'],
    [faulty({ kind: 'unreachable', isUpgraded: false }), 'unreachable'],
    [faulty({ kind: 'blocked-by-page', directFetch: 'none' }), 'blocked'],
    [faulty({ kind: 'too-large' }), 'too-large'],
    [faulty({ kind: 'charset', charset: 'utf-7' }), 'malformed'],
    [faulty({ kind: 'malformed', manifest: { kind: 'not-json' } }), 'malformed'],
  ])('the state %j is called %s', (state, name) => {
    expect(named(state)).toBe(name);
  });

  const overrides = { CHECKOUT: 'ONE_PAGE', PAYMENTS: 'OFF', SEARCH: 7, GONE: 'ON' };
  const undo = { kind: 'cleared', before: new Map(), after: new Map(), count: 1 } as const;
  const full = readyState(overrides, { undo, writeError: { kind: 'too-large', excess: 9 } });
  const grant = documentState({
    gatekeeper: 1,
    flags: [],
    overrides: { state: 'grant-required', grantUrl: '/grant' },
    scenarios: [{ name: 'Launch', overrides: { A: 'ON' } }],
  });
  const own = { name: 'Own', overrides: { CHECKOUT: 'ONE_PAGE' } };
  const shared = {
    ...INITIAL_SHARING,
    presets: [own],
    expanded: { by: 'user', name: 'Own' },
    deleted: { preset: own, at: 0 },
  } as const;

  test.each([
    [
      'flags',
      full,
      INITIAL_BROWSING,
      INITIAL_SHARING,
      ['clear-all', 'reload', 'undo', 'remove', 'clean-up', 'make-room', 'pin'],
    ],
    ['a grant', grant, INITIAL_BROWSING, INITIAL_SHARING, ['ask-permission']],
    [
      'scenarios',
      full,
      withView(INITIAL_BROWSING, 'scenarios'),
      shared,
      ['apply', 'back', 'delete', 'rename', 'save-preset'],
    ],
    ['sharing', full, withView(INITIAL_BROWSING, 'share'), INITIAL_SHARING, ['copy-link', 'copy-report', 'back']],
    ['help', full, withView(INITIAL_BROWSING, 'help'), INITIAL_SHARING, ['back']],
    [
      'a problem',
      faulty({ kind: 'timed-out' }, overrides),
      INITIAL_BROWSING,
      INITIAL_SHARING,
      ['retry', 'clear-all', 'options'],
    ],
  ] as const)('every button says what it does: %s', (_, state, browsing, sharing, expected) => {
    const { main } = drawnPopup(state, browsing, sharing);
    const actions = [...main.querySelectorAll('button')].map((button) => button.getAttribute('data-action'));

    expect(actions.filter((action) => !action)).toEqual([]);
    expect(actions).toEqual(expect.arrayContaining([...expected]));
  });
});
