import { integrations } from '@launchdarkly/node-server-sdk';
import { LaunchDarklyProvider } from '@launchdarkly/openfeature-node-server';
import { FlagdCore } from '@openfeature/flagd-core';
import {
  type EvaluationContext,
  type JsonValue,
  MultiProvider,
  OpenFeature,
  type Provider,
  type ResolutionDetails,
  TypeMismatchError,
} from '@openfeature/server-sdk';
import { InMemStorageProvider, Unleash } from 'unleash-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGatekeeper, defineFlags } from '../../../server-lib/index.ts';
import { contextOf, flagsFromFlagd, withBrowserOverrides } from '../../../server-lib/openfeature.ts';
import { parseManifest } from '../../../server-lib/wire.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';

// Ann gets the new checkout, and nobody else does.
const DOCUMENT = {
  flags: {
    checkout: {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'off',
      targeting: { if: [{ '==': [{ var: 'targetingKey' }, 'ann'] }, 'on', 'off'] },
    },
    banner: { state: 'ENABLED', variants: { red: 'r', blue: 'b' }, defaultVariant: 'red' },
    kill: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' },
  },
} as const;
const imported = flagsFromFlagd(DOCUMENT);
const flags = defineFlags({ ...imported, kill: { ...imported.kill, overridable: false } });

/** flagd in process: its core as a provider. */
function flagdProvider(names: readonly (keyof typeof DOCUMENT.flags)[] = ['checkout', 'banner', 'kill']): Provider {
  const core = new FlagdCore();
  const chosen = Object.fromEntries(names.map((name) => [name, DOCUMENT.flags[name]]));
  core.setConfigurations(JSON.stringify({ flags: chosen }));
  return {
    metadata: { name: 'flagd' },
    resolveBooleanEvaluation: async (...given) => core.resolveBooleanEvaluation(...given),
    resolveStringEvaluation: async (...given) => core.resolveStringEvaluation(...given),
    resolveNumberEvaluation: async (...given) => core.resolveNumberEvaluation(...given),
    resolveObjectEvaluation: async <Value extends JsonValue>(flag: string, value: Value, context: EvaluationContext) =>
      core.resolveObjectEvaluation(flag, value, context) as ResolutionDetails<Value>,
  };
}

/** LaunchDarkly's provider with its test data source. Its variants are indexes. */
async function launchDarklyProvider(names: readonly string[] = ['checkout', 'banner', 'kill']): Promise<Provider> {
  const data = new integrations.TestData();
  const all = [
    data.flag('checkout').booleanFlag().variationForUser('ann', true).fallthroughVariation(false),
    data.flag('banner').variations('b', 'r').fallthroughVariation(1),
    data.flag('kill').booleanFlag().fallthroughVariation(true),
  ];
  for (const [at, name] of ['checkout', 'banner', 'kill'].entries()) {
    if (names.includes(name)) await data.update(all[at] as (typeof all)[number]);
  }
  const logger = { error() {}, warn() {}, info() {}, debug() {} };
  return new LaunchDarklyProvider('sdk-test', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger,
  });
}

/** unleash-client with a bootstrap. It has booleans, and variants with a payload. */
class UnleashProvider implements Provider {
  readonly metadata = { name: 'unleash' };
  readonly #unleash: Unleash;

  constructor() {
    const strategies = [{ name: 'default', parameters: {}, constraints: [] }];
    const feature = { type: 'release', enabled: true, stale: false, impressionData: false };
    const red = { name: 'red', weight: 1_000, stickiness: 'default', payload: { type: 'string', value: 'r' } };
    const forAnn = [{ name: 'userWithId', parameters: { userIds: 'ann' }, constraints: [] }];
    this.#unleash = new Unleash({
      appName: 'test',
      url: 'http://127.0.0.1:1/api', // nothing listens there
      refreshInterval: 0,
      disableMetrics: true,
      skipInstanceCountWarning: true,
      storageProvider: new InMemStorageProvider(),
      bootstrap: {
        data: [
          { ...feature, name: 'checkout', strategies: forAnn },
          { ...feature, name: 'banner', strategies, variants: [red] },
          { ...feature, name: 'kill', strategies },
        ] as never,
      },
    });
    this.#unleash.on('error', () => {}).on('warn', () => {});
  }

  async initialize(): Promise<void> {
    if (!this.#unleash.isSynchronized()) {
      await new Promise<unknown>((resolve) => this.#unleash.once('ready', resolve));
    }
  }

  async onClose(): Promise<void> {
    this.#unleash.destroy();
  }

  async resolveBooleanEvaluation(flag: string, defaultValue: boolean, { targetingKey: userId }: EvaluationContext) {
    return { value: this.#unleash.isEnabled(flag, userId === undefined ? {} : { userId }, defaultValue) };
  }

  async resolveStringEvaluation(flag: string, defaultValue: string, { targetingKey: userId }: EvaluationContext) {
    const { name, payload } = this.#unleash.getVariant(flag, userId === undefined ? {} : { userId });
    return { variant: name, value: payload?.value ?? defaultValue };
  }

  async resolveNumberEvaluation(): Promise<never> {
    throw new TypeMismatchError('there are no numbers');
  }

  async resolveObjectEvaluation(): Promise<never> {
    throw new TypeMismatchError('there are no objects');
  }
}

type Keeper = Parameters<typeof withBrowserOverrides<typeof flags>>[1];

const VENDORS: readonly (readonly [string, (keeper: Keeper) => Promise<Provider>])[] = [
  ['flagd in process', async (keeper) => withBrowserOverrides(flagdProvider(), keeper)],
  ['LaunchDarkly', async (keeper) => withBrowserOverrides(await launchDarklyProvider(), keeper)],
  ['Unleash', async (keeper) => withBrowserOverrides(new UnleashProvider(), keeper)],
  [
    'a MultiProvider of LaunchDarkly and flagd',
    async (keeper) =>
      withBrowserOverrides(
        new MultiProvider([
          { provider: await launchDarklyProvider(['checkout']) },
          { provider: flagdProvider(['banner', 'kill']) },
        ]),
        keeper,
      ),
  ],
  [
    'a MultiProvider of wrapped providers',
    async (keeper) =>
      new MultiProvider([
        { provider: withBrowserOverrides(await launchDarklyProvider(['checkout']), keeper) },
        { provider: withBrowserOverrides(flagdProvider(['banner', 'kill']), keeper) },
      ]),
  ],
];

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await OpenFeature.clearProviders();
});

describe.each(VENDORS)('with %s', (_, provide) => {
  async function start() {
    const keeper = createGatekeeper({ flags });
    await OpenFeature.setProviderAndWait('shop', await provide(keeper));
    const client = OpenFeature.getClient('shop');
    const valuesFor = async (userId: string, cookie: string, mayOverride = true) => {
      const gate = keeper.gateFor({ cookie, userId, mayOverride });
      const context = { ...contextOf(gate), targetingKey: userId };
      const values = [
        await client.getBooleanValue('checkout', false, context),
        await client.getStringValue('banner', '', context),
        await client.getBooleanValue('kill', false, context),
      ];
      return { values, used: keeper.adapter.visibleEvaluations(gate) };
    };
    return { keeper, valuesFor };
  }

  const COOKIE = overrideCookie({ checkout: 'on', banner: 'blue', kill: 'off' });

  test('an override replaces the vendor’s result, except for a locked flag', async () => {
    const { valuesFor } = await start();

    const [ann, bob, overridden, stranger] = [
      await valuesFor('ann', ''),
      await valuesFor('bob', overrideCookie({})),
      await valuesFor('bob', COOKIE),
      await valuesFor('bob', COOKIE, false),
    ];

    expect(ann.values).toEqual([true, 'r', true]);
    expect(bob.values).toEqual([false, 'r', true]);
    expect(overridden.values).toEqual([true, 'b', true]);
    expect(stranger.values).toEqual([false, 'r', true]);
    const usedBy = ({ used }: typeof bob) => used.map(({ variant, source }) => `${variant} ${source}`);
    expect(usedBy(bob)).toEqual(['off provider', 'red provider', 'on provider']);
    expect(usedBy(overridden)).toEqual(['on override', 'blue override', 'on provider']);
    expect(usedBy(stranger)).toEqual([]);
  });

  test('the extension reads the vendor’s results in the manifest', async () => {
    const { keeper } = await start();
    const gate = keeper.gateFor({ cookie: overrideCookie({ banner: 'blue' }), userId: 'ann', mayOverride: true });

    const parsed = parseManifest(JSON.stringify(await keeper.adapter.manifestFor(gate)));

    if (parsed.kind !== 'manifest') throw new Error(parsed.kind);
    expect(parsed.manifest.flags).toMatchObject([
      { name: 'checkout', current: 'on', source: 'provider', withoutOverride: 'on', overridable: true },
      { name: 'banner', current: 'blue', source: 'override', withoutOverride: 'red', values: { red: 'r', blue: 'b' } },
      { name: 'kill', current: 'on', source: 'provider', withoutOverride: 'on', overridable: false },
    ]);
  });
});
