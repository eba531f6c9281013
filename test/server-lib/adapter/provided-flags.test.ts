import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  createGatekeeper,
  defineFlags,
  type Exposure,
  type FlagProvider,
  type Gate,
  type ProvidedEvaluation,
} from '../../../server-lib/index.ts';
import { expectValidManifest } from '../../helpers/protocol/manifest-schema.ts';

const flags = defineFlags({
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: 10, HIGH: 100 }, default: 'LOW' },
  PAYMENTS: { variants: ['ON', 'OFF'], default: 'ON', overridable: false },
  SECRET: { variants: ['ON', 'OFF'], default: 'OFF', hidden: true },
  OWN: { variants: ['ON', 'OFF'], default: 'OFF', users: { ON: [7] } },
});
const ONE_PAGE = 'gatekeeper=%7B%22CHECKOUT%22%3A%22ONE_PAGE%22%2C%22PAYMENTS%22%3A%22OFF%22%7D';

const RESULTS: Readonly<Record<string, ProvidedEvaluation | undefined>> = {
  CHECKOUT: { variant: 'CLASSIC', reason: 'FALLTHROUGH' },
  LIMIT: { variant: 'HIGH', reason: 'SPLIT' },
  PAYMENTS: { reason: 'ERROR', errorCode: 'PARSE_ERROR' },
};
const provider =
  (results = RESULTS): FlagProvider<Gate<typeof flags>> =>
  async (flag) =>
    results[flag];

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

describe('a manifest of flags that another library evaluates', () => {
  const listed = async (cookie?: string, keeper = keeperWith(provider())) => {
    const manifest = await keeper.adapter.manifestFor(keeper.gateFor({ cookie, userId: 7, mayOverride: true }));
    expectValidManifest(manifest);
    return new Map(
      manifest.flags.map(({ name, current, source, reason, errorCode, withoutOverride }) => [
        name,
        { current, source, reason, errorCode, withoutOverride },
      ]),
    );
  };

  test('has the results of the library', async () => {
    const found = await listed();

    expect([...found.keys()]).toEqual(['CHECKOUT', 'LIMIT', 'PAYMENTS', 'OWN']);
    expect(found.get('CHECKOUT')).toMatchObject({ current: 'CLASSIC', source: 'provider', reason: 'FALLTHROUGH' });
    expect(found.get('LIMIT')).toMatchObject({ current: 'HIGH', source: 'provider', withoutOverride: 'HIGH' });
  });

  test('shows an override, and the result without it', async () => {
    const found = await listed(ONE_PAGE);

    expect(found.get('CHECKOUT')).toMatchObject({
      current: 'ONE_PAGE',
      source: 'override',
      reason: 'STATIC',
      withoutOverride: 'CLASSIC',
    });
  });

  test('names no variant for an error, also if the cookie has a variant of a locked flag', async () => {
    expect((await listed(ONE_PAGE)).get('PAYMENTS')).toEqual({
      current: undefined,
      source: 'error',
      reason: 'ERROR',
      errorCode: 'PARSE_ERROR',
      withoutOverride: undefined,
    });
  });

  test('has the keeper’s own result for a flag that the library does not know', async () => {
    expect((await listed()).get('OWN')).toMatchObject({ current: 'ON', source: 'user' });
  });

  test('uses the first of several libraries that knows the flag and does not fail', async () => {
    const keeper = keeperWith(provider());
    keeper.adapter.evaluateWith(provider({ PAYMENTS: { variant: 'OFF', reason: 'STATIC' }, LIMIT: undefined }));

    const found = await listed(undefined, keeper);

    expect(found.get('PAYMENTS')).toMatchObject({ current: 'OFF', source: 'provider' });
    expect(found.get('LIMIT')).toMatchObject({ current: 'HIGH' });
  });

  test('shows a library that throws or rejects as an error', async () => {
    const keeper = keeperWith((flag) => {
      if (flag === 'LIMIT') throw new Error('down');
      return Promise.reject(new Error('down'));
    });

    for (const { source, errorCode } of (await listed(undefined, keeper)).values())
      expect([source, errorCode]).toEqual(['error', 'GENERAL']);
  });

  test('waits two seconds for a library that does not answer', async () => {
    vi.useFakeTimers();
    const keeper = keeperWith((flag) => (flag === 'LIMIT' ? provider()('LIMIT', {} as never) : new Promise(() => {})));

    const found = listed(undefined, keeper);
    await vi.advanceTimersByTimeAsync(2_000);

    expect((await found).get('LIMIT')).toMatchObject({ current: 'HIGH', source: 'provider' });
    expect((await found).get('CHECKOUT')).toMatchObject({ current: undefined, source: 'error' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('gives the library the request’s gate, user and attributes', async () => {
    const asked: unknown[] = [];
    const keeper = createGatekeeper({ flags });
    keeper.adapter.evaluateWith(async (_, request) => void asked.push(request));
    const gate = keeper.gateFor({ userId: 7, attributes: { plan: 'pro' }, mayOverride: true });

    await keeper.adapter.manifestFor(gate);

    expect(asked[0]).toEqual({ gate: expect.anything(), targetingKey: '7', attributes: { plan: 'pro' } });
    expect((asked[0] as { readonly gate: unknown }).gate).toBe(gate);
  });

  test('is there, without a user and attributes, if the application’s functions throw', async () => {
    const asked: unknown[] = [];
    const keeper = createGatekeeper({ flags, onError: () => {} });
    keeper.adapter.evaluateWith(async (_, { targetingKey, attributes }) => void asked.push([targetingKey, attributes]));
    const fails = (): never => {
      throw new Error('no session');
    };
    const request = Object.defineProperties(
      { mayOverride: true },
      { userId: { get: fails }, attributes: { get: fails } },
    );

    await keeper.adapter.manifestFor(keeper.gateFor(request));

    expect(asked[0]).toEqual([undefined, {}]);
  });

  test('is the keeper’s own again when the library has ended', () => {
    const keeper = createGatekeeper({ flags });
    const end = keeper.adapter.evaluateWith(provider());

    end();

    expect(keeper.adapter.manifestFor(keeper.gateFor({ mayOverride: true }))).toMatchObject({ gatekeeper: 1 });
  });

  test('is refused at once, without a promise, for a request that may not override', () => {
    const { adapter } = keeperWith(provider());

    expect(adapter.manifestRoute().respond(adapter.open({ incoming: { headers: {} } }))).toBeUndefined();
  });

  function keeperWith(evaluate: FlagProvider<Gate<typeof flags>>) {
    const keeper = createGatekeeper({ flags });
    keeper.adapter.evaluateWith(evaluate);
    return keeper;
  }
});

describe('an evaluation by another library', () => {
  const SPLIT_HIGH = { variant: 'HIGH', reason: 'SPLIT' };

  test('is named by the response and pinned', () => {
    const { adapter, gateFor } = createGatekeeper({ flags });
    const gate = gateFor({ cookie: 'gatekeeper={}', mayOverride: true });

    adapter.addEvaluation(gate, 'LIMIT', { ...SPLIT_HIGH, value: 120 });
    adapter.addEvaluation(gate, 'LIMIT', { variant: 'LOW', reason: 'STATIC' });

    expect(gate.evaluations()).toEqual([
      { flag: 'LIMIT', variant: 'HIGH', value: 120, source: 'provider', reason: 'SPLIT' },
    ]);
    expect(adapter.responseChanges(gate, { headers: [] }).append).toContainEqual([
      'server-timing',
      'gk.LIMIT;desc="HIGH provider"',
    ]);
    expect(gate.ff('LIMIT', 'HIGH')).toBe(true);
  });

  test('does not replace an earlier evaluation of the request', () => {
    const { adapter, gateFor } = createGatekeeper({ flags });
    const gate = gateFor({});
    gate.ff('LIMIT', 'LOW');

    adapter.addEvaluation(gate, 'LIMIT', SPLIT_HIGH);

    expect(gate.ffVariant('LIMIT')).toBe('LOW');
  });

  test.each([
    // reason        as
    ['CACHED', 'CACHED'],
    ['RULE_MATCH', 'UNKNOWN'],
    ['', 'UNKNOWN'],
  ])('with the reason "%s" is an evaluation with the reason %s', (reason, expected) => {
    const { adapter, gateFor } = createGatekeeper({ flags });
    const gate = gateFor({});

    adapter.addEvaluation(gate, 'LIMIT', { variant: 'HIGH', reason });

    expect(gate.evaluations()[0]?.reason).toBe(expected);
  });

  test.each([
    ['GONE', 'ON'],
    ['LIMIT', 'MEDIUM'],
    ['LIMIT', undefined],
  ])('of %s %s is ignored', (flag, variant) => {
    const { adapter, gateFor } = createGatekeeper({ flags });
    const gate = gateFor({});

    adapter.addEvaluation(gate, flag, { variant, reason: 'STATIC' });

    expect(gate.evaluations()).toEqual([]);
  });

  test('is an exposure of its user, who may be another than the request’s', () => {
    const exposures: Exposure[] = [];
    const onEvaluate = (exposure: Exposure): void => void exposures.push(exposure);
    const { adapter, gateFor } = createGatekeeper({ flags, onEvaluate });
    const gate = gateFor({ userId: 7 });

    adapter.addEvaluation(gate, 'LIMIT', SPLIT_HIGH, '7');
    adapter.addEvaluation(gate, 'LIMIT', { variant: 'LOW', reason: 'SPLIT' }, '8');

    expect(exposures.map(({ variant, userId, source }) => [variant, userId, source])).toEqual([
      ['HIGH', '7', 'provider'],
      ['LOW', '8', 'provider'],
    ]);
    expect(gate.evaluations().map(({ variant }) => variant)).toEqual(['HIGH']);
  });
});

describe('an override of a flag that another library evaluates', () => {
  const { adapter, gateFor } = createGatekeeper({ flags });

  test.each([
    // flag        cookie                                                mayOverride  targetingKey  variant
    ['CHECKOUT', 'gatekeeper={"CHECKOUT":"ONE_PAGE"}', true, undefined, 'ONE_PAGE'],
    ['CHECKOUT', 'gatekeeper={"CHECKOUT":"ONE_PAGE"}', true, 'another user', 'ONE_PAGE'],
    ['CHECKOUT', 'gatekeeper={"CHECKOUT":"ONE_PAGE"}', false, undefined, undefined],
    ['CHECKOUT', 'gatekeeper={"CHECKOUT":"GONE"}', true, undefined, undefined],
    ['CHECKOUT', 'gatekeeper={"LIMIT":"HIGH"}', true, undefined, undefined],
    ['SECRET', 'gatekeeper={"SECRET":"ON"}', true, undefined, 'ON'],
    ['PAYMENTS', 'gatekeeper={"PAYMENTS":"OFF"}', true, undefined, undefined],
    ['GONE', 'gatekeeper={"GONE":"ON"}', true, undefined, undefined],
  ])('of %s with the cookie %s, permission %s and the user %s is %s', (flag, cookie, mayOverride, key, variant) => {
    const gate = gateFor({ cookie, mayOverride, userId: 7 });

    expect(adapter.overrideOf(gate, flag, key)?.variant).toBe(variant);
    expect(gate.isOverridden()).toBe(mayOverride && !/GONE|PAYMENTS/.test(cookie));
  });

  test('has the variant’s value, and is named by the response', () => {
    const gate = gateFor({ cookie: 'gatekeeper={"LIMIT":"HIGH"}', mayOverride: true });

    expect(adapter.overrideOf(gate, 'LIMIT')).toMatchObject({ value: 100, source: 'override', reason: 'STATIC' });
    expect(adapter.visibleEvaluations(gate).map(({ flag, source }) => [flag, source])).toEqual([['LIMIT', 'override']]);
  });

  test('does not exist while overrides are suspended', () => {
    const gate = gateFor({ cookie: 'gatekeeper={"LIMIT":"HIGH"}', mayOverride: true });

    expect(gate.withoutOverrides(() => adapter.overrideOf(gate, 'LIMIT'))).toBeUndefined();
  });
});

test.each([undefined, 'provider', {}])('evaluateWith refuses %o', (wrong) => {
  expect(() => createGatekeeper({ flags }).adapter.evaluateWith(wrong as never)).toThrow(
    /^evaluateWith: expected a fu/,
  );
});
