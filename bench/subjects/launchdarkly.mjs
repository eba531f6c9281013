import { init } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';

/** LaunchDarkly's server SDK with its TestData source, which needs no network, and without events. */
export async function open({ flags, kind }) {
  const data = new TestData();
  for (const { name, users } of flags) {
    data.usePreconfiguredFlag({
      key: name,
      version: 1,
      on: true,
      salt: name,
      variations: [true, false],
      offVariation: 1,
      ...(kind === 'rollout'
        ? { fallthrough: { rollout: { variations: [0, 1].map((variation) => ({ variation, weight: 50_000 })) } } }
        : { targets: [{ values: users, variation: 0 }], fallthrough: { variation: 1 } }),
    });
  }
  const client = init('sdk-key', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: { debug() {}, info() {}, warn() {}, error: console.error },
  });
  await client.waitForInitialization({ timeout: 10 });
  return {
    decide: (flag, user) => client.variation(flag, { kind: 'user', key: user }, false),
    close: () => client.close(),
  };
}
