import { type Client, MultiProvider, OpenFeature, ProviderEvents } from '@openfeature/server-sdk';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createGatekeeper, defineFlags, type Exposure, type Gatekeeper } from '../../../server-lib/index.ts';
import { contextOf, GatekeeperProvider } from '../../../server-lib/openfeature.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { type FakeRulesSource, fakeRulesSource } from '../../fakes/fake-rules-source.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';

const flags = defineFlags({
  NEW: { variants: ['ON', 'OFF'], values: { ON: true, OFF: false }, default: 'OFF', users: { ON: ['ann', 7] } },
  LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: 0, HIGH: 100 }, default: 'LOW' },
  COLOUR: { variants: ['RED', 'GREEN'], default: 'RED' },
  TITLE: { variants: ['NONE', 'LONG'], values: { NONE: '', LONG: 'Hello' }, default: 'NONE' },
  LAYOUT: {
    variants: ['GRID', 'LIST'],
    values: { GRID: { columns: 3 }, LIST: { columns: 1 } },
    default: 'GRID',
  },
  SECRET: { variants: ['ON', 'OFF'], values: { ON: true, OFF: false }, default: 'ON', hidden: true },
  BROKEN: {
    variants: ['ON', 'OFF'],
    values: { ON: true, OFF: false },
    default: 'ON',
    decide: () => {
      throw new Error('out of order');
    },
  },
  BY_COUNTRY: {
    variants: ['ON', 'OFF'],
    values: { ON: true, OFF: false },
    default: 'OFF',
    decide: ({ attributes }) => (attributes.country === 'DE' ? 'ON' : undefined),
  },
});
const rule = (defaultVariant: string, more: object = {}) => ({
  state: 'ENABLED',
  variants: { ON: true, OFF: false },
  defaultVariant,
  ...more,
});

beforeEach(() => {
  OpenFeature.setLogger({ error() {}, warn() {}, info() {}, debug() {} });
});
afterEach(async () => {
  await OpenFeature.clearProviders();
  OpenFeature.clearHandlers();
});

async function clientFor(keeper: Gatekeeper<typeof flags>): Promise<Client> {
  await OpenFeature.setProviderAndWait(new GatekeeperProvider(keeper));
  return OpenFeature.getClient();
}

const quietKeeper = (rules?: object) =>
  createGatekeeper({ flags, onError: () => {}, ...(rules === undefined ? {} : { rules: { flags: rules } }) });

test('each of the four resolvers gives the value of the variant, its name and its reason', async () => {
  const client = await clientFor(quietKeeper());
  const context = { targetingKey: 'ann' };

  const details = [
    await client.getBooleanDetails('NEW', false, context),
    await client.getNumberDetails('LIMIT', 1),
    await client.getStringDetails('COLOUR', 'BLUE'),
    await client.getStringDetails('TITLE', 'fallback'),
    await client.getObjectDetails('LAYOUT', {}),
  ];

  expect(details).toEqual([
    { flagKey: 'NEW', value: true, variant: 'ON', reason: 'TARGETING_MATCH', flagMetadata: {} },
    { flagKey: 'LIMIT', value: 0, variant: 'LOW', reason: 'DEFAULT', flagMetadata: {} },
    { flagKey: 'COLOUR', value: 'RED', variant: 'RED', reason: 'DEFAULT', flagMetadata: {} },
    { flagKey: 'TITLE', value: '', variant: 'NONE', reason: 'DEFAULT', flagMetadata: {} },
    { flagKey: 'LAYOUT', value: { columns: 3 }, variant: 'GRID', reason: 'DEFAULT', flagMetadata: {} },
  ]);
});

test.each([
  // flag      rule                                    value     variant      reason
  ['NEW', rule('ON'), true, 'ON', 'STATIC'],
  ['NEW', rule('OFF', { targeting: { if: [true, 'ON'] } }), true, 'ON', 'TARGETING_MATCH'],
  ['NEW', rule('ON', { targeting: { if: [false, 'OFF'] } }), true, 'ON', 'DEFAULT'],
  ['NEW', rule('OFF', { targeting: { fractional: [['ON', 1]] } }), true, 'ON', 'SPLIT'],
  ['NEW', rule('ON', { state: 'DISABLED' }), 'caller', undefined, 'DISABLED'],
  ['NEW', { ...rule('ON'), defaultVariant: null }, false, 'OFF', 'DEFAULT'],
  ['NEW', rule('ON', { targeting: { no_such_operator: [] } }), false, 'OFF', 'DEFAULT'],
])('with the flag %s and the rule %j, the value is %j, the variant %s, the reason %s', async (flag, one, ...wanted) => {
  const client = await clientFor(quietKeeper({ [flag]: one }));

  const results = await Promise.all(
    [true, false].map((fallback) => client.getBooleanDetails(flag, fallback, { targetingKey: 'bob' })),
  );

  const [value, variant, reason] = wanted;
  const expected = value === 'caller' ? [true, false] : [value, value];
  expect(results.map((details) => details.value)).toEqual(expected);
  for (const details of results) expect([details.variant, details.reason]).toEqual([variant, reason]);
  for (const details of results) expect(details).not.toHaveProperty('errorCode');
});

test('a value that a rules document changes is the one that the client gets', async () => {
  const limit = { state: 'ENABLED', variants: { LOW: 20, HIGH: 150 }, defaultVariant: 'HIGH' };
  const client = await clientFor(quietKeeper({ LIMIT: limit }));

  expect(await client.getNumberValue('LIMIT', 1)).toBe(150);
});

const GENERAL = 'Flag BROKEN: its evaluation failed; onError has the cause';
const NOT_FOUND = 'there is no flag "SECRET"';

test.each([
  ['a flag that does not exist', 'NWE', 'FLAG_NOT_FOUND', 'there is no flag "NWE"; did you mean "NEW"?'],
  ['the name of a method', 'toString', 'FLAG_NOT_FOUND', 'there is no flag "toString"'],
  ['a hidden flag', 'SECRET', 'FLAG_NOT_FOUND', NOT_FOUND],
  ['a misspelt hidden flag', 'SECRETS', 'FLAG_NOT_FOUND', 'there is no flag "SECRETS"'],
  ['a number', 'LIMIT', 'TYPE_MISMATCH', 'Flag LIMIT: its value is a number, not a boolean'],
  ['a string', 'COLOUR', 'TYPE_MISMATCH', 'Flag COLOUR: its value is a string, not a boolean'],
  ['an object', 'LAYOUT', 'TYPE_MISMATCH', 'Flag LAYOUT: its value is an object, not a boolean'],
  ['a flag whose decide throws', 'BROKEN', 'GENERAL', GENERAL],
])("%s gives the caller's default and an error code", async (_, flag, errorCode, errorMessage) => {
  const client = await clientFor(quietKeeper());

  for (const fallback of [true, false]) {
    expect(await client.getBooleanDetails(flag, fallback)).toEqual({
      ...{ flagKey: flag, value: fallback, reason: 'ERROR', flagMetadata: {} },
      ...{ errorCode, errorMessage },
    });
  }
});

test('each resolver refuses the values of the three other types', async () => {
  const client = await clientFor(quietKeeper());

  const codes = await Promise.all(
    ['NEW', 'LIMIT', 'COLOUR', 'LAYOUT'].map(async (flag) => [
      (await client.getBooleanDetails(flag, true)).errorCode,
      (await client.getNumberDetails(flag, 1)).errorCode,
      (await client.getStringDetails(flag, 'x')).errorCode,
      (await client.getObjectDetails(flag, {})).errorCode,
    ]),
  );

  const wrong = 'TYPE_MISMATCH';
  expect(codes).toEqual([
    [undefined, wrong, wrong, wrong],
    [wrong, undefined, wrong, wrong],
    [wrong, wrong, undefined, wrong],
    [wrong, wrong, wrong, undefined],
  ]);
});

test('a targeting key is the user, also as a number, and no user is no error', async () => {
  const client = await clientFor(quietKeeper());
  const valueFor = (targetingKey: unknown) => client.getBooleanDetails('NEW', false, { targetingKey } as never);

  const values = await Promise.all(['ann', '7', 7, 'bob', '', undefined, null].map(valueFor));

  expect(values.map(({ value }) => value)).toEqual([true, true, true, false, false, false, false]);
  expect(values.map(({ errorCode }) => errorCode)).toEqual(Array(7).fill(undefined));
  expect(await valueFor({ id: 7 })).toMatchObject({ value: false, errorCode: 'INVALID_CONTEXT' });
});

test('without a context, as in a test of the application, the flag is evaluated without a user', async () => {
  const provider = new GatekeeperProvider(quietKeeper());

  expect(await provider.resolveNumberEvaluation('LIMIT', 5, undefined as never)).toMatchObject({ variant: 'LOW' });
});

test('the other entries of the context are attributes of rules and of decide', async () => {
  const targeting = { if: [{ '==': [{ var: 'address.city' }, 'Bonn'] }, 'ON'] };
  const client = await clientFor(quietKeeper({ NEW: rule('OFF', { targeting }) }));

  expect(await client.getBooleanValue('NEW', false, { address: { city: 'Bonn' } })).toBe(true);
  expect(await client.getBooleanValue('NEW', false, { address: { city: 'Kiel' } })).toBe(false);
  expect(await client.getBooleanValue('BY_COUNTRY', false, { country: 'DE', targetingKey: 'ann' })).toBe(true);
});

test("with the gate of a request, the flags are those of its user, and the browser's override is STATIC and marked", async () => {
  const keeper = quietKeeper();
  const client = await clientFor(keeper);
  const gate = keeper.gateFor({ cookie: overrideCookie({ LIMIT: 'HIGH' }), userId: 'ann', mayOverride: true });

  const [limit, isNew] = [
    await client.getNumberDetails('LIMIT', 1, contextOf(gate)),
    await client.getBooleanDetails('NEW', false, contextOf(gate)),
  ];

  expect(limit).toEqual({
    ...{ flagKey: 'LIMIT', value: 100, variant: 'HIGH', reason: 'STATIC' },
    flagMetadata: { overridden: true },
  });
  expect(isNew).toMatchObject({ value: true, reason: 'TARGETING_MATCH', flagMetadata: {} });
  expect(gate.evaluations().map(({ flag, variant, source }) => [flag, variant, source])).toEqual([
    ['LIMIT', 'HIGH', 'override'],
    ['NEW', 'ON', 'user'],
  ]);
});

test('a rule, a kill switch and a hidden flag do not keep an override out of a visible flag', async () => {
  const keeper = quietKeeper({ NEW: rule('OFF', { state: 'DISABLED' }) });
  const client = await clientFor(keeper);
  const cookie = overrideCookie({ NEW: 'ON', SECRET: 'OFF' });
  const context = contextOf(keeper.gateFor({ cookie, mayOverride: true }));

  expect(await client.getBooleanDetails('NEW', false, context)).toMatchObject({ value: true, reason: 'STATIC' });
  expect(await client.getBooleanDetails('SECRET', true, context)).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' });
});

test('a request that may not override gets no override', async () => {
  const keeper = quietKeeper();
  const client = await clientFor(keeper);
  const gate = keeper.gateFor({ cookie: overrideCookie({ LIMIT: 'HIGH' }), mayOverride: false });

  expect(await client.getNumberDetails('LIMIT', 1, contextOf(gate))).toMatchObject({ value: 0, reason: 'DEFAULT' });
});

test('a context with another targeting key is for that user, and the override of the browser still applies', async () => {
  const exposures: Exposure[] = [];
  const keeper = createGatekeeper({ flags, onEvaluate: (exposure) => exposures.push(exposure) });
  const client = await clientFor(keeper);
  const gate = keeper.gateFor({ cookie: overrideCookie({ LIMIT: 'HIGH' }), userId: 'ann', mayOverride: true });
  const forBob = { ...contextOf(gate), targetingKey: 'bob' };

  const values = [
    await client.getBooleanValue('NEW', false, forBob),
    await client.getBooleanValue('NEW', false, contextOf(gate)),
    await client.getNumberValue('LIMIT', 1, forBob),
  ];

  expect(values).toEqual([false, true, 100]);
  expect(gate.ffVariant('NEW')).toBe('ON');
  expect(gate.evaluations().map(({ flag }) => flag)).toEqual(['NEW']); // those for another user are not the page's
  expect(exposures.map(({ flag, variant, userId }) => [flag, variant, userId])).toEqual([
    ['NEW', 'OFF', 'bob'],
    ['NEW', 'ON', 'ann'],
  ]);
});

test("the same user as the request's shares its evaluations, and decide gets the id in its own type", async () => {
  const ids: unknown[] = [];
  const own = defineFlags({
    COUNTED: {
      variants: ['ON', 'OFF'],
      values: { ON: true, OFF: false },
      default: 'ON',
      decide: ({ userId }) => {
        ids.push(userId);
        return undefined;
      },
    },
  });
  const keeper = createGatekeeper({ flags: own });
  await OpenFeature.setProviderAndWait(new GatekeeperProvider(keeper));
  const client = OpenFeature.getClient();
  const gate = keeper.gateFor({ userId: 7 });

  for (const more of [{}, { targetingKey: '7' }, { targetingKey: '7' }]) {
    await client.getBooleanValue('COUNTED', false, { ...contextOf(gate), ...more });
  }
  gate.ff('COUNTED', 'ON');

  expect(ids).toEqual([7]);
});

test('attributes of a context are added to those of the request, for this evaluation only, and the page still lists the flag', async () => {
  const keeper = quietKeeper();
  const client = await clientFor(keeper);
  const gate = keeper.gateFor({ userId: 'ann', attributes: { country: 'NL', plan: 'pro' } });
  const valueIn = (more: object) => client.getBooleanValue('BY_COUNTRY', false, { ...contextOf(gate), ...more });

  const values = [
    await valueIn({ country: 'DE' }),
    await valueIn({ country: 'FR' }),
    await valueIn({ plan: 'free' }),
    await valueIn({ country: 'DE', targetingKey: 'bob' }),
  ];
  const listed = gate.evaluations().map(({ flag, variant }) => [flag, variant]);

  expect(values).toEqual([true, false, false, true]);
  expect(listed).toEqual([['BY_COUNTRY', 'OFF']]);
  expect(gate.ff('BY_COUNTRY', 'ON')).toBe(false);
  expect(gate.evaluations()).toHaveLength(1);
});

test('what a request simulates replaces its user and the attributes of the context, but not a user that the context names', async () => {
  const simulate = { userId: true, attributes: { country: ['DE', 'NL'] } } as const;
  const exposures: Exposure[] = [];
  const keeper = createGatekeeper({ flags, simulate, onEvaluate: (exposure) => exposures.push(exposure) });
  const client = await clientFor(keeper);
  const cookie = overrideCookie({ '@country': 'DE', '@user': 'ann' });
  const gate = keeper.gateFor({ cookie, userId: 'bob', mayOverride: true });
  const own = contextOf(gate);

  const values = [
    await client.getBooleanValue('BY_COUNTRY', false, { ...own, country: 'NL' }),
    await client.getBooleanValue('NEW', false, own),
    await client.getBooleanValue('NEW', false, { ...own, targetingKey: 'bob', plan: 'pro' }),
    await client.getBooleanValue('NEW', true, { ...own, targetingKey: 'eve', plan: 'pro' }),
    await client.getBooleanValue('BY_COUNTRY', false, { ...own, targetingKey: 'eve', country: 'NL' }),
  ];

  expect(values).toEqual([true, true, true, false, true]);
  expect(gate.evaluations().map(({ flag, variant, simulated }) => [flag, variant, simulated])).toEqual([
    ['NEW', 'ON', true],
    ['BY_COUNTRY', 'ON', true],
  ]);
  expect(exposures.map(({ flag, userId }) => [flag, userId])).toEqual([['NEW', 'eve']]);
});

test('where the request has no user of its own, the evaluations of the context’s user are the page’s', async () => {
  const keeper = quietKeeper();
  const client = await clientFor(keeper);
  const gate = keeper.gateFor({ mayOverride: true });

  await client.getBooleanValue('NEW', false, { ...contextOf(gate), targetingKey: 'ann' });

  expect(keeper.adapter.visibleEvaluations(gate).map(({ flag, variant }) => [flag, variant])).toEqual([['NEW', 'ON']]);
});

test('the gate of another keeper of the request leads to the own one, and an unrelated gate to none', async () => {
  const keeper = quietKeeper();
  const client = await clientFor(keeper);
  const cookie = overrideCookie({ LIMIT: 'HIGH' });
  const other = createGatekeeper({ flags: { OTHER: { variants: ['A'], default: 'A' } } });
  const own = keeper.gateFor({ cookie, mayOverride: true });
  const facts = { incoming: { headers: {} }, previousGate: own };

  const joined = other.adapter.open(facts);

  expect(await client.getNumberValue('LIMIT', 1, contextOf(joined))).toBe(100);
  expect(await client.getNumberValue('LIMIT', 1, contextOf(other.gateFor({ cookie })))).toBe(0);
});

test('the gate survives the contexts of the API and the client, hooks, a second domain and a MultiProvider', async () => {
  const keeper = quietKeeper();
  const gate = keeper.gateFor({ cookie: overrideCookie({ LIMIT: 'HIGH' }), mayOverride: true });
  await OpenFeature.setProviderAndWait('alone', new GatekeeperProvider(keeper));
  await OpenFeature.setProviderAndWait('multi', new MultiProvider([{ provider: new GatekeeperProvider(keeper) }]));
  OpenFeature.setContext({ region: 'eu' });
  const hook = { before: () => ({ fromHook: 'yes' }) };

  const values = await Promise.all(
    ['alone', 'multi'].map(async (domain) => {
      const client = OpenFeature.getClient(domain, { plan: 'pro' }).addHooks(hook);
      const fromCall = await client.getNumberDetails('LIMIT', 1, contextOf(gate));
      client.setContext(contextOf(gate));
      return [fromCall.value, fromCall.flagMetadata, await client.getNumberValue('LIMIT', 1)];
    }),
  );
  OpenFeature.setContext({});

  expect(values).toEqual(Array(2).fill([100, { overridden: true }, 100]));
});

test('a log of the context does not contain the gate', () => {
  const gate = quietKeeper().gateFor({ userId: 'ann' });

  expect(JSON.stringify({ ...contextOf(gate), plan: 'pro' })).toBe('{"plan":"pro"}');
});

function connected(first?: unknown): {
  readonly source: FakeRulesSource;
  readonly keeper: Gatekeeper<typeof flags>;
  readonly events: [string, unknown][];
  readonly client: Client;
} {
  const source = fakeRulesSource(first);
  const keeper = createGatekeeper({ flags, rules: source, onError: () => {} });
  const client = OpenFeature.getClient();
  const events: [string, unknown][] = [];
  for (const type of [ProviderEvents.Ready, ProviderEvents.Error, ProviderEvents.Stale] as const) {
    client.addHandler(type, (details) => events.push([type, details?.message]));
  }
  client.addHandler(ProviderEvents.ConfigurationChanged, (details) =>
    events.push(['CHANGED', details?.flagsChanged ?? []]),
  );
  events.length = 0; // the SDK's own provider is ready
  return { source, keeper, events, client };
}

const DOCUMENT = { flags: { NEW: rule('ON') } };

test('initialize waits for the first rules', async () => {
  const { source, keeper, events, client } = connected();
  const isSet = OpenFeature.setProviderAndWait(new GatekeeperProvider(keeper));

  const early = [client.providerStatus, await client.getBooleanDetails('NEW', false)];
  source.publish(DOCUMENT);
  await isSet;

  expect(early).toMatchObject(['NOT_READY', { value: false, errorCode: 'PROVIDER_NOT_READY' }]);
  expect(await client.getBooleanValue('NEW', false)).toBe(true);
  expect(events).toEqual([['PROVIDER_READY', undefined]]);
});

test('a change of the rules is an event with the visible flags that changed, and none if there is none', async () => {
  const { source, keeper, events, client } = connected(DOCUMENT);
  await OpenFeature.setProviderAndWait(new GatekeeperProvider(keeper));
  events.length = 0;

  source.publish({ flags: { NEW: rule('OFF'), SECRET: rule('OFF') } });
  source.publish({ flags: { NEW: rule('OFF'), SECRET: rule('ON') } });

  expect(events).toEqual([['CHANGED', ['NEW']]]);
  expect(await client.getBooleanValue('NEW', true)).toBe(false);
});

test('a source that is lost makes the provider stale, with its last rules; when it is back, it is ready', async () => {
  const { source, keeper, events, client } = connected(DOCUMENT);
  await OpenFeature.setProviderAndWait(new GatekeeperProvider(keeper));
  events.length = 0;

  source.fail('the file is gone');
  const stale = [client.providerStatus, await client.getBooleanDetails('NEW', false)];
  source.recover();
  const ready = client.providerStatus;
  source.fail('the file is gone');
  source.publish({ flags: { NEW: rule('OFF') } });

  expect(stale).toMatchObject(['STALE', { value: true, reason: 'STATIC' }]);
  expect([ready, client.providerStatus]).toEqual(['READY', 'READY']);
  expect(events).toEqual([
    ['PROVIDER_STALE', 'the file is gone'],
    ['PROVIDER_READY', undefined],
    ['PROVIDER_STALE', 'the file is gone'],
    ['PROVIDER_READY', undefined],
    ['CHANGED', ['NEW']],
  ]);
});

test('a provider whose source is lost before it is set is stale after it is ready', async () => {
  const { source, keeper, events, client } = connected(DOCUMENT);
  source.fail('the file is gone');

  await OpenFeature.setProviderAndWait(new GatekeeperProvider(keeper));
  await vi.waitFor(() => expect(client.providerStatus).toBe('STALE'));

  expect(events).toEqual([
    ['PROVIDER_READY', undefined],
    ['PROVIDER_STALE', 'the file is gone'],
  ]);
});

test("without rules from its source, the provider has an error and gives the callers' defaults, but overrides and user lists apply", async () => {
  const { source, keeper, events, client } = connected();
  source.fail('no connection');
  const gate = keeper.gateFor({ cookie: overrideCookie({ LIMIT: 'HIGH' }), userId: 'ann', mayOverride: true });

  await expect(OpenFeature.setProviderAndWait(new GatekeeperProvider(keeper))).rejects.toThrow('no connection');
  const state = client.providerStatus;
  const details = [
    await client.getBooleanDetails('BY_COUNTRY', true, contextOf(gate)),
    await client.getNumberDetails('LIMIT', 1, contextOf(gate)),
    await client.getBooleanDetails('NEW', false, contextOf(gate)),
  ];
  source.publish(DOCUMENT);

  expect(state).toBe('ERROR');
  expect(details).toMatchObject([
    { value: true, reason: 'ERROR', errorCode: 'PROVIDER_NOT_READY' },
    { value: 100, reason: 'STATIC' },
    { value: true, reason: 'TARGETING_MATCH' },
  ]);
  expect(client.providerStatus).toBe('READY');
  expect(await client.getBooleanDetails('BY_COUNTRY', true)).toMatchObject({ value: false, reason: 'DEFAULT' });
  expect(events).toEqual([
    ['PROVIDER_ERROR', 'there are no rules: no connection'],
    ['PROVIDER_READY', undefined],
    ['CHANGED', ['NEW']],
  ]);
});

test('a provider that is closed leaves the keeper open, sends no events, and can be initialized again', async () => {
  const { source, keeper } = connected(DOCUMENT);
  const provider = new GatekeeperProvider(keeper);
  const events: string[] = [];
  for (const type of [ProviderEvents.Stale, ProviderEvents.ConfigurationChanged] as const) {
    provider.events.addHandler(type, () => events.push(type));
  }

  await provider.initialize();
  await provider.onClose();
  await provider.onClose();
  source.publish({ flags: { NEW: rule('OFF') } });
  const closed = [source.isClosed, keeper.gateFor().ffVariant('NEW'), ...events];
  await provider.initialize();
  await provider.initialize();
  source.publish(DOCUMENT);

  expect(closed).toEqual([false, 'OFF']);
  expect(events).toEqual(['PROVIDER_CONFIGURATION_CHANGED']);
});

test('what is no keeper is refused when the provider is created', () => {
  expect(() => new GatekeeperProvider(flags as never)).toThrow(
    'GatekeeperProvider: expected a keeper, new GatekeeperProvider(createGatekeeper({ flags }))',
  );
});

test('an evaluation reports nothing to onError but the failure of the flag itself, once a request', async () => {
  const log = errorLog();
  const keeper = createGatekeeper({ flags, ...log });
  const client = await clientFor(keeper);
  const context = contextOf(keeper.gateFor());

  for (const flag of ['NWE', 'SECRET', 'LIMIT', 'BROKEN', 'BROKEN']) await client.getBooleanValue(flag, true, context);

  expect(log.codes).toEqual(['ERR_GK_DECIDE_THREW']);
});
