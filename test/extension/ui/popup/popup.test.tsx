import { describe, expect, test } from 'vitest';
import { INITIAL_BROWSING, withSearch, withView } from '../../../../extension/app/flags/browsing-store.ts';
import { INITIAL_PRESETS } from '../../../../extension/app/presets/presets-store.ts';
import type { PageFailure } from '../../../../extension/app/session/page-port.ts';
import type {
  AbsenceReason,
  ManifestFailed,
  ManifestFetchError,
  SessionState,
  WriteError,
} from '../../../../extension/app/session/session-state.ts';
import { INITIAL_SHARING } from '../../../../extension/app/sharing/sharing-store.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { drawnPopup } from './drawn-popup.tsx';
import { documentState, readyState, stateAfter } from './states.ts';

const faulty = (problem: ManifestFetchError, overrides = {}): ManifestFailed => {
  const state = stateAfter({ kind: 'unreachable', isUpgraded: false }, overrides);
  if (state.kind !== 'faulty') throw new Error(state.kind);
  return { ...state, problem };
};

test('aria-busy is true while the popup loads, and false afterwards', () => {
  const popup = drawnPopup({ kind: 'loading' });
  const before = popup.main.getAttribute('aria-busy');

  popup.redraw(readyState());

  expect(before).toBe('true');
  expect(popup.main.getAttribute('aria-busy')).toBe('false');
});

test.each([
  // page                      has views  busy
  ['/#gatekeeper={"A":"B"}', false, 'true'],
  ['/#gatekeeper={"A":"B"}', true, 'false'],
  ['/#elsewhere', false, 'false'],
])('aria-busy is true until the view of the proposal of a link is loaded: %s', (page, hasViews, busy) => {
  const state = readyState();
  const record = { ...state.record, href: `http://localhost:3000${page}` };

  const popup = drawnPopup({ ...state, record }, INITIAL_BROWSING, INITIAL_SHARING, INITIAL_PRESETS, hasViews);

  expect(popup.main.getAttribute('aria-busy')).toBe(busy);
});

test('a loading popup has no alert and no control', () => {
  const popup = drawnPopup({ kind: 'loading' });

  expect(popup.texts('alert')).toEqual([]);
  expect(popup.main.querySelectorAll('button, input')).toHaveLength(0);
});

test.each<[PageFailure, 'status' | 'alert', boolean]>([
  // failure         role        can be tried again
  ['not-a-web-page', 'status', false],
  ['refused', 'status', false],
  ['no-access', 'status', false],
  ['elsewhere', 'alert', true],
  ['timed-out', 'alert', true],
])('a page that is %s is shown with the role %s', (failure, role, canRetry) => {
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
])('a site without a manifest (%j) is shown in a calm notice, with the site’s host', (why) => {
  const popup = drawnPopup({
    ...faulty({ kind: 'timed-out' }),
    kind: 'absent',
    origin: 'https://shop.example:8443',
    why,
  });

  expect(popup.texts('status')).toHaveLength(1);
  expect(popup.texts('alert')).toEqual([]);
  expect(popup.main.textContent).toContain('shop.example:8443');
  expect(popup.button('Clear all choices')).toBeUndefined();
});

test('overrides on a site without a manifest are counted, and can be cleared', () => {
  const why: AbsenceReason = { kind: 'status', status: 404 };
  const popup = drawnPopup({ ...faulty({ kind: 'timed-out' }, { CHECKOUT: 'ONE_PAGE', OLD: 7 }), kind: 'absent', why });

  popup.button('Clear all choices')?.click();

  expect(popup.main.textContent).toContain('2 choices');
  expect(popup.calls).toEqual(['clearAll']);
});

test.each<[ManifestFetchError, boolean, string]>([
  // problem                                                                 again  text
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
])('the problem %j is shown as an alert; it can be tried again: %j', (problem, canRetry, named) => {
  const popup = drawnPopup(faulty(problem));

  expect(popup.texts('alert')).toEqual([expect.stringContaining(named)]);
  expect(popup.texts('status')).toEqual([]);
  expect(popup.button('Try again') !== undefined).toBe(canRetry);
});

test.each([
  // why there was no direct fetch   offers access
  ['none', false],
  ['other-session', false],
  ['no-permission', true],
] as const)(
  'if the page blocks the request and the direct fetch is denied (%s), the popup offers access: %j',
  (directFetch, canAllow) => {
    const popup = drawnPopup(faulty({ kind: 'blocked-by-page', directFetch }));

    popup.button('Allow access to this site')?.click();

    expect(popup.calls).toEqual(canAllow ? ['allowDirectFetch'] : []);
  },
);

test('"Try again" calls the retry action', () => {
  const popup = drawnPopup(faulty({ kind: 'timed-out' }));

  popup.button('Try again')?.click();

  expect(popup.calls).toEqual(['retry']);
});

test('if the manifest cannot be read, existing overrides can be cleared', () => {
  const problem: ManifestFetchError = { kind: 'request-refused', status: 431 };

  const without = drawnPopup(faulty(problem)).button('Clear all choices');
  const popup = drawnPopup(faulty(problem, { CHECKOUT: 'ONE_PAGE' }));
  popup.button('Clear all choices')?.click();

  expect(without).toBeUndefined();
  expect(popup.calls).toEqual(['clearAll']);
});

test('the popup says which cookie it has deleted, and when the server uses one that it cannot read', () => {
  const manifest = readyState({ CHECKOUT: 'ONE_PAGE' }).manifest;
  const facts = (state: SessionState): string => drawnPopup(state).texts('status').join(' ');

  expect(facts(readyState({ CHECKOUT: 'ONE_PAGE' }, { deleted: ['Path=/shop', 'Path=/; Domain=x'] }))).toMatch(
    /deleted another cookie named gatekeeper.*: Path=\/shop.*: Path=\/; Domain=x/,
  );
  expect(facts(readyState({}, { manifest }))).toMatch(/neither read nor clear.*HttpOnly.*cookies named gatekeeper/);
  for (const state of [readyState(), readyState({}, { manifest, cookieAtFetch: '%7B%7D' })]) {
    expect(facts(state)).not.toMatch(/neither read nor clear/);
  }
});

const LOCAL = 'http://localhost:3000';

test('choices in another cookie of the host belong to another site, but not if only the prefix differs', () => {
  const [, value = ''] = overrideCookie({ A: 'ON', B: 'ON' }).split('=');
  const cookies = [
    ['gatekeeper-admin', value],
    ['__Host-gatekeeper', value],
    ['gatekeeper-broken', '%'],
    ['gatekeeper-watched', '%7B%7D'],
    ['gatekeeper-grant', value],
  ] as const;

  const facts = drawnPopup(readyState({}, { cookies })).texts('status');

  expect(facts).toEqual(['2 choices in the cookie gatekeeper-admin belong to another site on this host.']);
});

test.each([
  // origin                       cookie               may belong to another site
  [LOCAL, 'gatekeeper', true],
  ['http://shop.localhost:3000', 'gatekeeper', true],
  ['http://127.0.0.1', 'gatekeeper', true],
  ['https://localhost', '__Host-gatekeeper', true],
  ['https://shop.example:8443', 'gatekeeper', true],
  ['https://shop.example', 'gatekeeper', false],
  [LOCAL, 'gatekeeper-shop', false],
])(
  'on %s with the cookie %s, a choice for an unknown flag may belong to another site: %s',
  (origin, name, isElsewhere) => {
    const popup = drawnPopup(readyState({ OLD: 'ON' }, { origin, cookie: { name, maxAge: 60 } }));

    const label = isElsewhere ? 'Choice OLD of another site' : 'Leftover choice OLD';
    expect(popup.main.querySelector(`[aria-label="${label}"]`)).not.toBeNull();
    expect(popup.main.textContent.includes('may belong to another site on this host')).toBe(isElsewhere);
    expect(popup.button('Clean up') === undefined).toBe(isElsewhere);
  },
);

test('on a site without flags, choices may belong to another site on its host', () => {
  const textWith = (overrides: Readonly<Record<string, string>>): string => {
    const state = stateAfter({ kind: 'redirected' }, overrides);
    return drawnPopup({ ...state, origin: LOCAL } as SessionState).main.textContent;
  };

  expect(textWith({ A: 'ON' })).toContain('may belong to another site on this host');
  expect(textWith({})).not.toContain('another site');
});

test.each<[WriteError, string]>([
  // error                                      text
  [{ kind: 'too-large', excess: 17 }, '17'],
  [{ kind: 'cookies-blocked' }, ''],
  [{ kind: 'other-cookie', clue: 'unseen', name: 'gatekeeper', isClearing: false }, 'gatekeeper'],
  [{ kind: 'contended' }, ''],
  [{ kind: 'not-received', name: 'gatekeeper' }, 'gatekeeper'],
  [{ kind: 'page', failure: 'elsewhere' }, ''],
  [{ kind: 'page', failure: 'refused' }, ''],
  [{ kind: 'page', failure: 'timed-out' }, ''],
])('the write error %j is an alert beside the flags, and beside a manifest problem', (error, named) => {
  const beside: readonly SessionState[] = [
    readyState({}, { writeError: error }),
    { ...faulty({ kind: 'timed-out' }, { A: 'ON' }), writeError: error },
  ];

  for (const state of beside) {
    const alerts = drawnPopup(state).texts('alert');

    expect(alerts).toHaveLength(state.kind === 'ready' ? 1 : 2);
    expect(alerts.at(-1)).toContain(named);
  }
});

describe('the notices about all flags', () => {
  const notices = (document: object): readonly string[] =>
    drawnPopup(documentState({ gatekeeper: 1, flags: [], ...document })).texts('status');
  const flags = [{ name: 'A', variants: ['ON'] }];
  const overrides = { state: 'enabled' };

  test('are empty for a normal manifest', () => {
    expect(notices({ flags, overrides })).toEqual([]);
  });

  test.each([
    // document                                                         notice
    [{ flags, overrides: { state: 'disabled' } }, /switched off/],
    [{ flags }, /switched off/],
    [{ flags, overrides: { state: 'disabled' }, environment: 'production' }, /production/],
    [{ flags, overrides: { state: 'grant-required' } }, /permission/],
    [{ flags: [], overrides }, /no flags/],
    [{ flags: [...flags, 7, {}, null], overrides }, /\b3 entries\b/],
    [{ flags: [...flags, 7], overrides }, /\b1 entry\b/],
  ])('for %j match %s', (document, text) => {
    expect(notices(document)).toEqual([expect.stringMatching(text)]);
  });

  test('include a search without a match', () => {
    const popup = drawnPopup(readyState(), withSearch(INITIAL_BROWSING, 'nowhere'));

    expect(popup.texts('status')).toEqual([expect.stringContaining('nowhere')]);
  });

  test('include a cookie that cannot be read', () => {
    const state = readyState();
    const stored = { raw: '%7B', entries: new Map(), variants: new Map(), unusable: [], problem: 'malformed' } as const;

    expect(drawnPopup({ ...state, stored }).texts('status')).toEqual([expect.stringMatching(/malformed/)]);
  });
});

test('the header shows the site’s host in punycode, its name and its environment', () => {
  const { main } = drawnPopup({ ...readyState(), origin: 'https://xn--shp-tna.example:8443' });

  expect(main.querySelector('header')?.textContent).toContain('xn--shp-tna.example:8443');
  expect(main.querySelector('header')?.textContent).toContain('Demo shop');
  expect(main.querySelector('header')?.textContent).toContain('test');
});

describe('for automation,', () => {
  const dataState = (state: SessionState): string | null => drawnPopup(state).main.getAttribute('data-state');

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
  ])('data-state of the state %j is %s', (state, name) => {
    expect(dataState(state)).toBe(name);
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
    expanded: { by: 'user', name: 'Own' },
  } as const;
  const presets = {
    ...INITIAL_PRESETS,
    sites: new Map([[full.origin, [own]]]),
    deleted: { origin: full.origin, preset: own, at: 0 },
  };

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
  ] as const)('every button has a data-action: %s', (_, state, browsing, sharing, expected) => {
    const { main } = drawnPopup(state, browsing, sharing, presets);
    const actions = [...main.querySelectorAll('button')].map((button) => button.getAttribute('data-action'));

    expect(actions.filter((action) => !action)).toEqual([]);
    expect(actions).toEqual(expect.arrayContaining([...expected]));
  });
});
