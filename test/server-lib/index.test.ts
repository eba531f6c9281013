import { afterEach, expect, test, vi } from 'vitest';
import { ALL_FLAGS } from '../../server-lib/core/overrides/permission.ts';
import { createGatekeeper, defineFlags } from '../../server-lib/index.ts';
import { errorLog } from '../fakes/error-log.ts';
import { nodeRequest, overrideCookie } from '../helpers/http/node-request.ts';
import { manifestOf } from '../helpers/protocol/manifest-of.ts';
import { expectValidManifest } from '../helpers/protocol/manifest-schema.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const flags = defineFlags({
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT', users: { FUZZY: ['ann'] } },
});
const COOKIE = overrideCookie({ SEARCH: 'FUZZY' });

test('without Express, a gate uses the given fields of a request', () => {
  const keeper = createGatekeeper({ flags });

  expect(keeper.gateFor().ffVariant('SEARCH')).toBe('EXACT');
  expect(keeper.gateFor({ userId: 'ann' }).ff('SEARCH', 'FUZZY')).toBe(true);
  expect(keeper.gateFor({ cookie: COOKIE, mayOverride: true }).ff('SEARCH', 'FUZZY')).toBe(true);
  expect(keeper.gateFor({ cookie: COOKIE, mayOverride: false }).ff('SEARCH', 'FUZZY')).toBe(false);
});

test.each([
  { NODE_ENV: 'test', open: true, codes: [] },
  { NODE_ENV: 'development', open: true, codes: [] },
  { NODE_ENV: 'production', open: false, codes: [] },
  { NODE_ENV: 'staging', open: false, codes: [] },
  { NODE_ENV: undefined, open: false, codes: ['ERR_GK_ENVIRONMENT'] },
  { NODE_ENV: '', open: false, codes: ['ERR_GK_ENVIRONMENT'] },
])('without mayOverride and with NODE_ENV $NODE_ENV, a browser may override: $open', ({ NODE_ENV, open, codes }) => {
  vi.stubEnv('NODE_ENV', NODE_ENV);
  const log = errorLog();
  const keeper = createGatekeeper({ flags, ...log });

  expect(keeper.gateFor({ cookie: COOKIE }).ff('SEARCH', 'FUZZY')).toBe(open);
  expect(keeper.gateFor({ cookie: COOKIE }).mayOverride()).toBe(open);
  expect(log.codes).toEqual(codes);
});

test('without mayOverride, the policy is not called in production', () => {
  vi.stubEnv('NODE_ENV', 'production');
  const keeper = createGatekeeper({ flags, allowOverrides: () => true });

  expect(keeper.gateFor({ cookie: COOKIE }).ff('SEARCH', 'FUZZY')).toBe(false);
  expect(keeper.adapter.permissionOf(nodeRequest())).toBe(ALL_FLAGS);
});

test.each([undefined, null, 1, 'true', {}])('mayOverride: %o is not true', (mayOverride) => {
  const gate = createGatekeeper({ flags }).gateFor({ cookie: COOKIE, mayOverride: mayOverride as never });

  expect(gate.mayOverride()).toBe(false);
  expect(gate.ff('SEARCH', 'FUZZY')).toBe(false);
});

test.each([undefined, null, 7, {}, ['gatekeeper={}']])('a cookie header that is %o counts as none', (cookie) => {
  expect(
    createGatekeeper({ flags })
      .gateFor({ cookie: cookie as never })
      .ffVariant('SEARCH'),
  ).toBe('EXACT');
});

test('the manifest for a gate is valid against the published schema', () => {
  const keeper = createGatekeeper({
    flags,
    name: 'Demo shop',
    scenarios: [{ name: 'Fuzzy', overrides: { SEARCH: 'FUZZY' } }],
  });

  for (const cookie of [undefined, COOKIE, overrideCookie({ SEARCH: 7, OLD: 'ON' }), 'gatekeeper=broken']) {
    const manifest = manifestOf(keeper, keeper.gateFor({ cookie, mayOverride: true }));

    expectValidManifest(JSON.parse(JSON.stringify(manifest)));
  }
});

test.each([
  { cookie: undefined, variant: 'EXACT', source: 'default' },
  { cookie: COOKIE, variant: 'FUZZY', source: 'override' },
])('visibleEvaluations lists the evaluations without hidden flags: $source', ({ cookie, variant, source }) => {
  const hidden = { variants: ['ON', 'OFF'], default: 'ON', hidden: true } as const;
  const keeper = createGatekeeper({ flags: { ...flags, HIDDEN: hidden } });
  const gate = keeper.gateFor({ cookie, mayOverride: true });

  const before = keeper.adapter.visibleEvaluations(gate);
  gate.ffVariant('SEARCH');
  gate.ffVariant('HIDDEN');

  expect(before).toEqual([]);
  expect(keeper.adapter.visibleEvaluations(gate)).toMatchObject([{ flag: 'SEARCH', variant, source }]);
});
