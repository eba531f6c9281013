import { afterEach, expect, test, vi } from 'vitest';
import { createGatekeeper, defineFlags } from '../../../server-lib/index.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { manifestOf } from '../../helpers/protocol/manifest-of.ts';
import { expectValidManifest } from '../../helpers/protocol/manifest-schema.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const SEARCH = { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } as const;

test('the manifest has every field of the protocol', () => {
  const flags = defineFlags({
    MY_NEW_FEATURE: {
      description: 'Gate visibility of my new feature during development',
      variants: ['VISIBLE', 'NOT_VISIBLE'],
      default: 'NOT_VISIBLE',
      users: { VISIBLE: [1] },
      decide: () => undefined,
      owner: 'web-team',
      tags: ['checkout'],
      url: 'https://issues.example.com/7',
      createdAt: '2026-11-01',
      expiresAt: '2027-03-01',
    },
  });
  const scenarios = [{ name: 'New', description: 'All of it', overrides: { MY_NEW_FEATURE: 'VISIBLE' } }] as const;
  const keeper = createGatekeeper({ flags, name: 'Demo shop', environment: 'staging', scenarios });
  const gate = keeper.gateFor({ cookie: overrideCookie({ MY_NEW_FEATURE: 'VISIBLE', OLD: 'ON' }), mayOverride: true });

  expect(manifestOf(keeper, gate)).toEqual({
    gatekeeper: 1,
    app: 'Demo shop',
    environment: 'staging',
    revision: expect.stringMatching(/^[0-9a-f]{12}$/),
    cookie: { name: 'gatekeeper', path: '/', sameSite: 'Lax', secure: false, maxAge: 604_800 },
    overrides: {
      state: 'enabled',
      maxBytes: 4_096,
      applied: ['MY_NEW_FEATURE'],
      ignored: [{ flag: 'OLD', variant: 'ON', code: 'unknown-flag' }],
    },
    flags: [
      {
        name: 'MY_NEW_FEATURE',
        description: 'Gate visibility of my new feature during development',
        variants: ['VISIBLE', 'NOT_VISIBLE'],
        default: 'NOT_VISIBLE',
        current: 'VISIBLE',
        source: 'override',
        reason: 'STATIC',
        withoutOverride: 'NOT_VISIBLE',
        overridable: true,
        owner: 'web-team',
        tags: ['checkout'],
        url: 'https://issues.example.com/7',
        createdAt: '2026-11-01',
        expiresAt: '2027-03-01',
      },
    ],
    scenarios,
  });
});

test('user lists are not published', () => {
  const flags = defineFlags({ SEARCH: { ...SEARCH, users: { FUZZY: ['ann@example.com'] } } });
  const keeper = createGatekeeper({ flags });

  expect(JSON.stringify(manifestOf(keeper, keeper.gateFor({ mayOverride: true })))).not.toContain('ann@');
});

test.each([
  { cookie: undefined, userId: 2, current: 'EXACT', source: 'default', withoutOverride: 'EXACT' },
  { cookie: undefined, userId: 1, current: 'FUZZY', source: 'user', withoutOverride: 'FUZZY' },
  { cookie: 'EXACT', userId: 1, current: 'EXACT', source: 'override', withoutOverride: 'FUZZY' },
  { cookie: 'FUZZY', userId: 1, current: 'FUZZY', source: 'override', withoutOverride: 'FUZZY' },
  { cookie: 'FUZZY', userId: 2, current: 'FUZZY', source: 'override', withoutOverride: 'EXACT' },
])('for user $userId with the override $cookie, SEARCH is $current', ({ cookie, userId, ...seen }) => {
  const keeper = createGatekeeper({ flags: defineFlags({ SEARCH: { ...SEARCH, users: { FUZZY: [1] } } }) });
  const gate = keeper.gateFor({ cookie: cookie && overrideCookie({ SEARCH: cookie }), userId, mayOverride: true });

  expect(manifestOf(keeper, gate).flags[0]).toMatchObject({ name: 'SEARCH', ...seen });
});

test('a flag that fails is listed with its default and its error, with or without an override', () => {
  const flags = defineFlags({ SEARCH: { ...SEARCH, decide: () => 'GONE' as 'FUZZY' } });
  const keeper = createGatekeeper({ flags, onError: () => {} });
  const shown = (cookie?: string) => manifestOf(keeper, keeper.gateFor({ cookie, mayOverride: true })).flags[0];

  expect(shown()).toMatchObject({ current: 'EXACT', source: 'error', reason: 'ERROR', errorCode: 'TYPE_MISMATCH' });
  expect(shown(overrideCookie({ SEARCH: 'FUZZY' }))).toMatchObject({ current: 'FUZZY', withoutOverride: 'EXACT' });
  expect(shown(overrideCookie({ SEARCH: 'FUZZY' }))).not.toHaveProperty('errorCode');
});

test.each([
  { NODE_ENV: 'production', environment: undefined, expected: 'production' },
  { NODE_ENV: 'production', environment: 'staging', expected: 'staging' },
  { NODE_ENV: undefined, environment: undefined, expected: undefined },
  { NODE_ENV: '', environment: undefined, expected: undefined },
])(
  'with NODE_ENV $NODE_ENV and the option environment $environment, the manifest says $expected',
  ({ NODE_ENV, environment, expected }) => {
    vi.stubEnv('NODE_ENV', NODE_ENV);
    const keeper = createGatekeeper({ flags: defineFlags({ SEARCH }), ...(environment && { environment }) });

    expect(manifestOf(keeper, keeper.gateFor({ mayOverride: true })).environment).toBe(expected);
  },
);

test('the manifest for a request that may not override says so, and its cookie is not read', () => {
  const keeper = createGatekeeper({ flags: defineFlags({ SEARCH }) });
  const gate = keeper.gateFor({ cookie: overrideCookie({ SEARCH: 'FUZZY', OLD: 'ON' }), mayOverride: false });

  const { overrides, flags } = manifestOf(keeper, gate);

  expect(overrides).toMatchObject({ state: 'disabled', applied: [], ignored: [] });
  expect(flags[0]).toMatchObject({ current: 'EXACT', source: 'default' });
});

test('the option secure becomes the manifest’s cookie.secure', () => {
  const keeper = createGatekeeper({ flags: defineFlags({ SEARCH }) });

  expect(manifestOf(keeper, keeper.gateFor(), { secure: true }).cookie.secure).toBe(true);
});

const LIMIT = { variants: ['LOW', 'HIGH'], default: 'LOW' } as const;

/** The `values` of one flag in the manifest. */
function publishedValues(values: object, rules?: { readonly flags: object }) {
  const flags = { LIMIT: { ...LIMIT, values: values as { LOW: number; HIGH: number } } };
  const keeper = createGatekeeper({ flags, ...(rules && { rules }), onError: () => {} });
  const json = JSON.stringify(manifestOf(keeper, keeper.gateFor({ mayOverride: true })));
  expectValidManifest(JSON.parse(json));
  return JSON.parse(json).flags[0].values;
}

test.each([
  { values: { LOW: 10, HIGH: 100 }, shown: { LOW: 10, HIGH: 100 } },
  { values: { LOW: false, HIGH: true }, shown: { LOW: false, HIGH: true } },
  { values: { LOW: 'LOW', HIGH: 'high' }, shown: { LOW: 'LOW', HIGH: 'high' } },
  { values: { LOW: {}, HIGH: { a: [1] } }, shown: { LOW: {}, HIGH: { a: [1] } } },
  { values: { LOW: 'LOW', HIGH: 'HIGH' }, shown: undefined },
  { values: { LOW: '', HIGH: 'x'.repeat(1_980) }, shown: { LOW: '', HIGH: 'x'.repeat(1_980) } },
  { values: { LOW: '', HIGH: 'x'.repeat(1_981) }, shown: undefined },
])('a manifest lists values if they are more than names and have at most 2,000 characters: $values', (row) => {
  expect(publishedValues(row.values)).toEqual(row.shown);
});

test('the values in a manifest are those of the rules in force', () => {
  const rules = { flags: { LIMIT: { state: 'ENABLED', variants: { HIGH: 150, LOW: 'ten' } } } };

  expect(publishedValues({ LOW: 10, HIGH: 100 }, rules)).toEqual({ LOW: 10, HIGH: 150 });
});

test('a flag without values lists none, even if the rules have some', () => {
  const rules = { flags: { LIMIT: { state: 'ENABLED', variants: { LOW: 10, HIGH: 100 } } } };
  const keeper = createGatekeeper({ flags: { LIMIT }, rules });

  expect(manifestOf(keeper, keeper.gateFor({ mayOverride: true })).flags[0]).not.toHaveProperty('values');
});

test('the revision changes with a value', () => {
  const revisionOf = (HIGH: number) => {
    const keeper = createGatekeeper({ flags: { LIMIT: { ...LIMIT, values: { LOW: 10, HIGH } } } });
    return manifestOf(keeper, keeper.gateFor({ mayOverride: true })).revision;
  };

  expect(revisionOf(100)).toBe(revisionOf(100));
  expect(revisionOf(100)).not.toBe(revisionOf(101));
});
