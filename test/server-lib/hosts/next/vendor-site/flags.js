import { OpenFeature } from '@openfeature/server-sdk';
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeperProxy, nextGate } from 'gatekeeper-flags/next';
import { withBrowserOverrides } from 'gatekeeper-flags/openfeature';

const flags = defineFlags({ banner: { variants: ['red', 'blue'], values: { red: 'r', blue: 'b' }, default: 'blue' } });

/** A vendor that has another result than the default of the definition. */
async function evaluate(flag, _default, { targetingKey }) {
  if (flag !== 'banner') throw Object.assign(new Error(`no flag ${flag}`), { code: 'FLAG_NOT_FOUND' });
  return { value: 'r', variant: 'red', reason: targetingKey === undefined ? 'DEFAULT' : 'TARGETING_MATCH' };
}
const vendor = {
  metadata: { name: 'vendor' },
  resolveBooleanEvaluation: evaluate,
  resolveStringEvaluation: evaluate,
  resolveNumberEvaluation: evaluate,
  resolveObjectEvaluation: evaluate,
};

async function start() {
  const keeper = createGatekeeper({ flags, allowOverrides: ({ headers }) => headers.get('x-staff') === 'yes' });
  await OpenFeature.setProviderAndWait(withBrowserOverrides(vendor, keeper));
  return keeper;
}

// Next bundles each route and the proxy apart, and OpenFeature has one provider for all of them.
globalThis.keeper ??= start();
const keeper = await globalThis.keeper;

const options = { userId: () => 'ann' };
export const client = OpenFeature.getClient();
export const gk = nextGate(keeper, options);
export const proxy = gatekeeperProxy(keeper, { ...options, ofrep: { flags: ['banner'] } });
