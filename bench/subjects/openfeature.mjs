import { InMemoryProvider, OpenFeature } from '@openfeature/server-sdk';
import { bucketing } from './hash.mjs';

/** OpenFeature's server SDK with its in-memory provider. */
export async function open({ flags, kind }) {
  const definition = (flag) => ({
    variants: { on: true, off: false },
    defaultVariant: 'off',
    disabled: false,
    contextEvaluator: evaluator(flag, kind),
  });
  await OpenFeature.setProviderAndWait(
    new InMemoryProvider(Object.fromEntries(flags.map((flag) => [flag.name, definition(flag)]))),
  );
  const client = OpenFeature.getClient();
  return {
    decide: (flag, user) => client.getBooleanValue(flag, false, { targetingKey: user }),
    close: () => OpenFeature.close(),
  };
}

function evaluator({ name, users }, kind) {
  if (kind === 'rollout') {
    const isInFirst = bucketing(name);
    return ({ targetingKey }) => (isInFirst(targetingKey, 50) ? 'on' : 'off');
  }
  const listed = new Set(users);
  return ({ targetingKey }) => (listed.has(targetingKey) ? 'on' : 'off');
}
