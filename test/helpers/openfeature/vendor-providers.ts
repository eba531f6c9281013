import { integrations } from '@launchdarkly/node-server-sdk';
import { LaunchDarklyProvider } from '@launchdarkly/openfeature-node-server';
import { FlagdCore } from '@openfeature/flagd-core';
import {
  type EvaluationContext,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
  TypeMismatchError,
} from '@openfeature/server-sdk';
import { InMemStorageProvider, Unleash } from 'unleash-client';
import { defineFlags } from '../../../server-lib/index.ts';
import { flagsFromFlagd } from '../../../server-lib/openfeature.ts';

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
/** The flags of {@link DOCUMENT}, where `kill` is locked. */
export const flags = defineFlags({ ...imported, kill: { ...imported.kill, overridable: false } });

/** flagd in process: its core as a provider. */
export function flagdProvider(
  names: readonly (keyof typeof DOCUMENT.flags)[] = ['checkout', 'banner', 'kill'],
): Provider {
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
export async function launchDarklyProvider(
  names: readonly string[] = ['checkout', 'banner', 'kill'],
): Promise<Provider> {
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
export class UnleashProvider implements Provider {
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
