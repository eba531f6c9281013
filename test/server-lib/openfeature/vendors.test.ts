import { MultiProvider, OpenFeature, type Provider } from '@openfeature/server-sdk';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGatekeeper, type OfrepDocument } from '../../../server-lib/index.ts';
import { contextOf, withBrowserOverrides } from '../../../server-lib/openfeature.ts';
import { parseManifest } from '../../../server-lib/wire.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import {
  flagdProvider,
  flags,
  launchDarklyProvider,
  UnleashProvider,
} from '../../helpers/openfeature/vendor-providers.ts';
import { OFREP_DOCUMENT, ofrepSchemas } from '../../helpers/protocol/ofrep-schema.ts';

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
    const keeper = createGatekeeper({ flags, allowOverrides: () => true });
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

  test('clients of OFREP get the vendor’s values and the override, by the schema of OFREP', async () => {
    const { keeper } = await start();
    const route = keeper.adapter.ofrepRoute({ flags: ['checkout', 'banner', 'kill'] });
    const gate = keeper.adapter.open({
      incoming: { method: 'POST', headers: { 'content-type': 'application/json', cookie: COOKIE } },
      userId: 'bob',
    });

    const response = await route.respond(gate, { path: '/ofrep/v1/evaluate/flags', body: async () => '{}' });

    const document: OfrepDocument = JSON.parse(response?.body ?? '');
    const mistakes = OFREP_DOCUMENT === undefined ? [] : ofrepSchemas().mistakes('all', 200, document);
    expect(mistakes).toEqual([]);
    expect(document.flags.map((flag) => 'value' in flag && [flag.key, flag.value, flag.metadata])).toEqual([
      ['checkout', true, { overridden: true }],
      ['banner', 'b', { overridden: true }],
      ['kill', true, undefined],
    ]);
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
