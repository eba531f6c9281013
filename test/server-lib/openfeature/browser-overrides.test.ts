import {
  AsyncLocalStorageTransactionContextPropagator,
  type Client,
  type EvaluationContext,
  type Hook,
  type JsonValue,
  MultiProvider,
  OpenFeature,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  type ResolutionDetails,
} from '@openfeature/server-sdk';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Random } from '../../../scripts/fuzz/random.ts';
import { createGatekeeper, defineFlags, type OfrepOptions } from '../../../server-lib/index.ts';
import { contextOf, withBrowserOverrides } from '../../../server-lib/openfeature.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { expectValidManifest } from '../../helpers/protocol/manifest-schema.ts';
import { SEED } from '../../helpers/vitest/seed.ts';

const flags = defineFlags({
  checkout: { variants: ['on', 'off'], values: { on: true, off: false }, default: 'off' },
  theme: { variants: ['light', 'dark'], default: 'light' },
  limit: { variants: ['low', 'high'], values: { low: 10, high: 100 }, default: 'low' },
  layout: { variants: ['grid', 'list'], values: { grid: { columns: 3 }, list: { columns: 1 } }, default: 'grid' },
  kill: { variants: ['on', 'off'], values: { on: true, off: false }, default: 'on', overridable: false },
  secret: { variants: ['on', 'off'], values: { on: true, off: false }, default: 'off', hidden: true },
});
const keeper = createGatekeeper({ flags });

/** What the vendor says: the variant and its value, for users of the plan `pro` another one. */
const RESULTS: Record<string, readonly [variant: string | undefined, value: JsonValue]> = {
  checkout: ['off', false],
  theme: [undefined, 'light'], // a vendor without variants
  limit: ['0', 10], // a vendor whose variants are indexes
  layout: ['grid', { columns: 3 }],
  kill: ['on', true],
  secret: ['off', false],
  'only-vendor': ['a', 'A'],
};

/** A provider of a vendor that records its calls. */
class VendorProvider implements Provider {
  readonly metadata = { name: 'vendor' };
  readonly runsOn = 'server';
  readonly events = new OpenFeatureEventEmitter();
  readonly hooks: Hook[] = [{ before: (context) => ({ ...context.context, hooked: true }) }];
  readonly #calls: unknown[][] = []; // private, so that methods need `this`

  get calls(): readonly (readonly unknown[])[] {
    return this.#calls;
  }

  async initialize(...given: unknown[]): Promise<void> {
    this.#calls.push(['initialize', ...given]);
  }

  async onClose(): Promise<void> {
    this.#calls.push(['onClose']);
  }

  track(...given: unknown[]): void {
    this.#calls.push(['track', ...given]);
  }

  async #resolve(flag: string, context: EvaluationContext): Promise<ResolutionDetails<never>> {
    this.#calls.push([flag, context]);
    await new Promise(setImmediate);
    const result = RESULTS[flag];
    if (result === undefined) throw Object.assign(new Error(`no flag ${flag}`), { code: 'FLAG_NOT_FOUND' });
    const [variant, value] = flag === 'limit' && context.plan === 'pro' ? ['1', 100] : result;
    return { value: value as never, reason: 'RULE_MATCH', ...(variant === undefined ? {} : { variant }) };
  }

  resolveBooleanEvaluation = (flag: string, _: boolean, context: EvaluationContext) => this.#resolve(flag, context);
  resolveStringEvaluation = (flag: string, _: string, context: EvaluationContext) => this.#resolve(flag, context);
  resolveNumberEvaluation = (flag: string, _: number, context: EvaluationContext) => this.#resolve(flag, context);
  resolveObjectEvaluation = (flag: string, _: JsonValue, context: EvaluationContext) => this.#resolve(flag, context);
}

interface Place {
  readonly place: string;
  readonly provide: (vendor: Provider) => Provider;
  /** A MultiProvider makes one error of those of its providers. */
  readonly isAggregated: boolean;
}

const PLACES: readonly Place[] = [
  { place: 'alone', provide: (vendor) => withBrowserOverrides(vendor, keeper), isAggregated: false },
  {
    place: 'inside a MultiProvider',
    provide: (vendor) => new MultiProvider([{ provider: withBrowserOverrides(vendor, keeper) }]),
    isAggregated: true,
  },
  {
    place: 'around a MultiProvider',
    provide: (vendor) => withBrowserOverrides(new MultiProvider([{ provider: vendor }]), keeper),
    isAggregated: false,
  },
];

let vendor: VendorProvider;

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
  vendor = new VendorProvider();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await OpenFeature.clearProviders();
  OpenFeature.setContext({});
});

async function clientOf(provider: Provider, domain = 'shop'): Promise<Client> {
  await OpenFeature.setProviderAndWait(domain, provider);
  return OpenFeature.getClient(domain);
}

/** The context of a request whose browser has these overrides, where `mayOverride` is the site's answer. */
function requestWith(overrides: Readonly<Record<string, string>>, mayOverride = true, userId = 7): EvaluationContext {
  return contextOf(keeper.gateFor({ cookie: overrideCookie(overrides), userId, mayOverride }));
}

/** A flag's details, by the method of its type. */
function detailsOf(client: Client, flag: string, context: EvaluationContext) {
  switch (typeof RESULTS[flag]?.[1]) {
    case 'boolean':
      return client.getBooleanDetails(flag, false, context);
    case 'number':
      return client.getNumberDetails(flag, -1, context);
    case 'object':
      return client.getObjectDetails(flag, {}, context);
    default:
      return client.getStringDetails(flag, 'fallback', context);
  }
}

describe.each(PLACES)('$place, the browser', ({ place, provide, isAggregated }) => {
  test.each([
    // flag        override  value
    ['checkout', 'on', true],
    ['theme', 'dark', 'dark'],
    ['limit', 'high', 100],
    ['layout', 'list', { columns: 1 }],
    ['secret', 'on', true],
  ])('overrides %s with %s', async (flag, variant, value) => {
    const client = await clientOf(provide(vendor));

    const details = await detailsOf(client, flag, { ...requestWith({ [flag]: variant }), targetingKey: '7' });

    expect(details).toMatchObject({ value, variant, reason: 'STATIC', flagMetadata: { overridden: true } });
    expect(details.errorCode).toBeUndefined();
    expect(vendor.calls.filter(([name]) => name === flag)).toEqual([]);
  });

  test.each<[string, string, EvaluationContext]>([
    // why                                       flag           context
    ['the browser has no override', 'checkout', requestWith({})],
    ['the override is of another flag', 'checkout', requestWith({ theme: 'dark' })],
    ['there is no such variant', 'checkout', requestWith({ checkout: 'gone' })],
    ['the flag is locked', 'kill', requestWith({ kill: 'off' })],
    ['the request may not override', 'checkout', requestWith({ checkout: 'on' }, false)],
    ['the keeper does not know the flag', 'only-vendor', requestWith({ 'only-vendor': 'b' })],
    ['the context has no gate', 'checkout', { targetingKey: '7' }],
    ['the gate is of another keeper', 'checkout', contextOf(createGatekeeper({ flags }).gateFor(ownOverride()))],
    ['the context has something else as its gate', 'checkout', { [Symbol.for('gatekeeper-flags.gate')]: 7 } as never],
  ])('does not if %s', async (_, flag, context) => {
    const client = await clientOf(provide(vendor));

    const details = await detailsOf(client, flag, context);

    expect(details).toMatchObject({ value: RESULTS[flag]?.[1], reason: 'RULE_MATCH' });
    expect(details.flagMetadata).toEqual({});
  });

  test('does not override in production unless the site permits it', async () => {
    const client = await clientOf(provide(vendor));
    const { adapter } = keeper;
    const gate = adapter.open({ incoming: { headers: { cookie: overrideCookie({ checkout: 'on' }) } } });

    expect((await detailsOf(client, 'checkout', contextOf(gate))).value).toBe(false);
    expect(gate.isOverridden()).toBe(false);
  });

  test('overrides for another user, too', async () => {
    const client = await clientOf(provide(vendor));

    const details = await detailsOf(client, 'checkout', { ...requestWith({ checkout: 'on' }), targetingKey: 'ann' });

    expect(details).toMatchObject({ value: true, variant: 'on' });
  });

  test('gets TYPE_MISMATCH and the caller’s default if the variant’s value has another type', async () => {
    const client = await clientOf(provide(vendor));

    const details = await client.getBooleanDetails('theme', true, requestWith({ theme: 'dark' }));

    const errorCode = isAggregated ? 'GENERAL' : 'TYPE_MISMATCH';
    expect(details).toMatchObject({ value: true, reason: 'ERROR', errorCode });
  });

  test('does not change an error of the vendor', async () => {
    const client = await clientOf(provide(vendor));

    const details = await client.getStringDetails('gone', 'fallback', requestWith({ checkout: 'on' }));

    const errorCode = place === 'alone' ? 'FLAG_NOT_FOUND' : 'GENERAL';
    expect(details).toMatchObject({ value: 'fallback', reason: 'ERROR', errorCode });
  });

  test('is told in Server-Timing what the page used', async () => {
    const client = await clientOf(provide(vendor));
    const gate = keeper.gateFor({ cookie: overrideCookie({ checkout: 'on' }), mayOverride: true });

    for (const flag of ['checkout', 'theme', 'limit', 'kill', 'secret', 'only-vendor'])
      await detailsOf(client, flag, contextOf(gate));

    expect(keeper.adapter.visibleEvaluations(gate).map(({ flag, variant, source }) => [flag, variant, source])).toEqual(
      [
        ['checkout', 'on', 'override'],
        ['theme', 'light', 'provider'],
        ['limit', 'low', 'provider'],
        ['kill', 'on', 'provider'],
      ],
    );
  });

  test('sees the vendor’s results and its overrides in the manifest', async () => {
    await clientOf(provide(vendor));
    const gate = keeper.gateFor({
      cookie: overrideCookie({ checkout: 'on', kill: 'off' }),
      attributes: { plan: 'pro' },
      userId: 7,
      mayOverride: true,
    });

    const manifest = await keeper.adapter.manifestFor(gate);

    expectValidManifest(manifest);
    expect(manifest.overrides).toMatchObject({ applied: ['checkout'], ignored: [{ flag: 'kill', code: 'locked' }] });
    expect(
      manifest.flags.map(({ name, current, source, withoutOverride }) => [name, current, source, withoutOverride]),
    ).toEqual([
      ['checkout', 'on', 'override', 'off'],
      ['theme', 'light', 'provider', 'light'],
      ['limit', 'high', 'provider', 'high'],
      ['layout', 'grid', 'provider', 'grid'],
      ['kill', 'on', 'provider', 'on'],
    ]);
    expect(vendor.calls.at(-1)?.[1]).toMatchObject({ targetingKey: '7', plan: 'pro', hooked: true });
    expect(gate.evaluations()).toEqual([]);
  });

  test('sees the keeper’s own result in the manifest for a flag that the vendor does not know', async () => {
    const own = createGatekeeper({ flags: { gone: { variants: ['ON', 'OFF'], default: 'OFF', users: { ON: [7] } } } });
    const multi = new MultiProvider([{ provider: vendor }]);
    withBrowserOverrides(place === 'around a MultiProvider' ? multi : vendor, own);

    const manifest = await own.adapter.manifestFor(own.gateFor({ userId: 7, mayOverride: true }));

    expect(manifest.flags[0]).toMatchObject({ current: 'ON', source: 'user' });
  });

  test('changes the result that the hooks of the client and of the provider get, once each', async () => {
    const seen: unknown[] = [];
    const recording = (owner: string): Hook => ({
      before: () => void seen.push([owner, 'before']),
      after: (_, { value, flagMetadata }) => void seen.push([owner, 'after', value, flagMetadata.overridden]),
      error: () => void seen.push([owner, 'error']),
      finally: () => void seen.push([owner, 'finally']),
    });
    vendor.hooks.push(recording('provider'));
    const client = (await clientOf(provide(vendor))).addHooks(recording('client'));

    await client.getNumberValue('limit', -1, requestWith({ limit: 'high' }));

    // A MultiProvider runs the hooks of a provider only when it asks it.
    const isAsked = place !== 'around a MultiProvider';
    const stages = (owner: string) => [
      [owner, 'before'],
      [owner, 'after', 100, true],
      [owner, 'finally'],
    ];
    const expected = [...stages('client'), ...(isAsked ? stages('provider') : [])];
    expect(seen).toHaveLength(expected.length);
    expect(seen).toEqual(expect.arrayContaining(expected));
  });

  test('never has an override of another request: 1,000 interleaved', async () => {
    const client = await clientOf(provide(vendor));
    const random = new Random(SEED);

    const wrong = await Promise.all(
      Array.from({ length: 1_000 }, async (_, at) => {
        const variant = ([undefined, 'low', 'high'] as const)[random.below(3)];
        const context = requestWith(variant === undefined ? {} : { limit: variant }, true, at);
        for (let turns = random.below(4); turns > 0; turns--) await new Promise(setImmediate);
        const plan = random.below(2) === 0 ? 'free' : 'pro';
        const value = await client.getNumberValue('limit', -1, { ...context, targetingKey: String(at), plan });
        const expected = flags.limit.values?.[variant ?? (plan === 'pro' ? 'high' : 'low')];
        return value === expected ? [] : [{ at, variant, plan, value }];
      }),
    );

    expect(wrong.flat()).toEqual([]);
  });

  test('is known from the transaction context', async () => {
    OpenFeature.setTransactionContextPropagator(new AsyncLocalStorageTransactionContextPropagator());
    const client = await clientOf(provide(vendor));
    const evaluated: Promise<number>[] = [];

    for (const variant of ['low', 'high'])
      OpenFeature.setTransactionContext({ ...requestWith({ limit: variant }), plan: 'pro' }, () => {
        evaluated.push(client.getNumberValue('limit', -1));
      });
    OpenFeature.setTransactionContext({ plan: 'pro' }, () => evaluated.push(client.getNumberValue('limit', -1)));

    expect(await Promise.all(evaluated)).toEqual([10, 100, 100]);
  });

  test('changes nothing of the provider’s hooks, events, tracking, start and end', async () => {
    OpenFeature.setContext({ region: 'eu' });
    const client = await clientOf(provide(vendor), 'billing');
    const changed = vi.fn();
    client.addHandler(ProviderEvents.ConfigurationChanged, changed);

    vendor.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: ['limit'] });
    client.track('paid', { targetingKey: '7' }, { value: 5 });
    await detailsOf(client, 'limit', requestWith({}));
    await OpenFeature.setProviderAndWait('billing', new VendorProvider());

    await vi.waitFor(() => expect(vendor.calls.map(([name]) => name)).toContain('onClose'));
    expect(vendor.calls).toEqual([
      ['initialize', expect.objectContaining({ region: 'eu' }), ...(vendor.calls[0]?.slice(2) ?? [])],
      ['track', 'paid', expect.objectContaining({ targetingKey: '7' }), { value: 5 }],
      ['limit', expect.objectContaining({ region: 'eu', hooked: true })],
      ['onClose'],
    ]);
    expect(changed).toHaveBeenCalledWith(expect.objectContaining({ flagsChanged: ['limit'] }));
  });
});

function ownOverride() {
  return { cookie: overrideCookie({ checkout: 'on' }), mayOverride: true };
}

describe('withBrowserOverrides', () => {
  test('hands on the very context, and what else the SDK passes', async () => {
    const wrapped = withBrowserOverrides(vendor, keeper);
    const context = { targetingKey: '7', ...requestWith({}) };

    await wrapped.initialize?.({ region: 'eu' }, 'billing');
    await wrapped.resolveNumberEvaluation('limit', 5, context, console);

    expect(vendor.calls[0]).toEqual(['initialize', { region: 'eu' }, 'billing']);
    expect(vendor.calls[1]?.[1]).toBe(context);
    expect(wrapped.metadata).toBe(vendor.metadata);
    expect(wrapped.hooks).toBe(vendor.hooks);
    expect(wrapped.events).toBe(vendor.events);
  });

  test('has no initialize and no track if the provider has none, so that it is ready at once', () => {
    const { resolveBooleanEvaluation, resolveStringEvaluation } = vendor;
    const { resolveNumberEvaluation, resolveObjectEvaluation, metadata } = vendor;
    const resolvers = { resolveBooleanEvaluation, resolveStringEvaluation, resolveNumberEvaluation };

    const wrapped = withBrowserOverrides({ ...resolvers, resolveObjectEvaluation, metadata }, keeper);

    expect(Object.keys(wrapped)).not.toEqual(expect.arrayContaining(['initialize']));
    expect(Object.keys(wrapped)).not.toEqual(expect.arrayContaining(['track']));
    OpenFeature.setProvider('instant', wrapped);
    expect(OpenFeature.getClient('instant').providerStatus).toBe('READY');
  });

  test('serves two domains with different providers and one keeper', async () => {
    const other = new VendorProvider();
    const [shop, admin] = await Promise.all([
      clientOf(withBrowserOverrides(vendor, keeper), 'shop'),
      clientOf(withBrowserOverrides(other, keeper), 'admin'),
    ]);
    const context = requestWith({ checkout: 'on' });

    expect(await shop.getBooleanValue('checkout', false, context)).toBe(true);
    expect(await admin.getBooleanValue('checkout', false, context)).toBe(true);
    expect(await shop.getNumberValue('limit', -1, context)).toBe(10);
    expect(await admin.getNumberValue('limit', -1, { ...context, plan: 'pro' })).toBe(100);
    expect([vendor, other].map(({ calls }) => calls.map(([name]) => name))).toEqual([
      ['initialize', 'limit'],
      ['initialize', 'limit'],
    ]);
  });

  test('is part of the manifest until it is closed, and again when it is used again', async () => {
    const own = createGatekeeper({ flags });
    const sources = async () => {
      const { flags: listed } = await own.adapter.manifestFor(own.gateFor({ mayOverride: true }));
      return new Set(listed.map(({ source }) => source));
    };
    const wrapped = withBrowserOverrides(vendor, own);
    expect(await sources()).toEqual(new Set(['provider']));

    await wrapped.onClose?.();
    expect(await sources()).toEqual(new Set(['default']));

    await wrapped.initialize?.();
    expect(await sources()).toEqual(new Set(['provider']));
  });

  test('uses the transaction context for the manifest', async () => {
    OpenFeature.setTransactionContextPropagator(new AsyncLocalStorageTransactionContextPropagator());
    const own = createGatekeeper({ flags });
    withBrowserOverrides(vendor, own);
    const gate = own.gateFor({ ...ownOverride(), userId: 7 });
    let manifest: unknown;

    OpenFeature.setTransactionContext({ ...contextOf(gate), targetingKey: 'ann', plan: 'pro' }, () => {
      manifest = own.adapter.manifestFor(gate);
    });

    expect((await manifest) as object).toMatchObject({ gatekeeper: 1 });
    expect(vendor.calls[0]?.[1]).toEqual({ targetingKey: 'ann', plan: 'pro', hooked: true });
  });

  /** What a client of OFREP reads of the flag `limit`, and the context that the vendor gets. */
  async function readLimit(options: Partial<OfrepOptions<typeof flags, never>>, body: object) {
    OpenFeature.setTransactionContextPropagator(new AsyncLocalStorageTransactionContextPropagator());
    OpenFeature.setContext({ region: 'eu' });
    const own = createGatekeeper({ flags });
    withBrowserOverrides(vendor, own);
    const route = own.adapter.ofrepRoute({ flags: ['limit'], ...options });
    const headers = { 'content-type': 'application/json' };
    const gate = own.adapter.open({ incoming: { method: 'POST', headers }, userId: 7 });
    let response: ReturnType<typeof route.respond> | undefined;
    OpenFeature.setTransactionContext({ targetingKey: 'ann', plan: 'pro' }, () => {
      response = route.respond(gate, { path: '/ofrep/v1/evaluate/flags', body: async () => JSON.stringify(body) });
    });
    const { flags: read } = JSON.parse((await response)?.body ?? '{}');
    return { flag: read[0], context: vendor.calls[0]?.[1] };
  }
  const CALLER = { context: 'caller', authorize: () => true } as const;

  test.each<[string, Partial<OfrepOptions<typeof flags, never>>, object, number, object]>([
    ['the request’s context, not the client’s', {}, { targetingKey: 'bob' }, 100, { targetingKey: 'ann', plan: 'pro' }],
    ['the caller’s context', CALLER, { targetingKey: 'bob', plan: 'free' }, 10, { targetingKey: 'bob', plan: 'free' }],
    ['the caller’s context without a user', CALLER, {}, 10, {}],
  ])('evaluates for a client of OFREP in %s', async (_, options, context, value, expected) => {
    const read = await readLimit(options, { context });

    expect(read.flag).toMatchObject({ key: 'limit', value });
    expect(read.context).toEqual({ region: 'eu', hooked: true, ...expected });
  });

  test('gives a client of OFREP a value that is none of the variants, as a call on the server', async () => {
    RESULTS.limit = [undefined, 50];
    onTestFinished(() => {
      RESULTS.limit = ['0', 10];
    });

    expect((await readLimit(CALLER, {})).flag).toEqual({ key: 'limit', value: 50, reason: 'UNKNOWN' });
  });

  test.each([
    [undefined, 'undefined'],
    [{}, 'an object'],
    [{ runsOn: 'client', resolveBooleanEvaluation: () => {} }, 'one that runs on the client'],
  ])('refuses %o as a provider', (wrong, got) => {
    expect(() => withBrowserOverrides(wrong as never, keeper)).toThrow(
      `withBrowserOverrides: expected a provider for @openfeature/server-sdk; got ${got}`,
    );
  });

  test('refuses what is no keeper', () => {
    expect(() => withBrowserOverrides(vendor, flags as never)).toThrow(/withBrowserOverrides/);
  });
});
