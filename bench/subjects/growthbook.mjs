import { GrowthBookClient } from '@growthbook/growthbook';

/** GrowthBook's server client with a payload. */
export async function open({ flags, kind }) {
  const rule = ({ users }) =>
    kind === 'rollout'
      ? { force: true, coverage: 0.5, hashAttribute: 'id' }
      : { force: true, condition: { id: { $in: users } } };
  const features = Object.fromEntries(flags.map((flag) => [flag.name, { defaultValue: false, rules: [rule(flag)] }]));
  const client = new GrowthBookClient().initSync({ payload: { features } });
  return { decide: (flag, user) => client.isOn(flag, { attributes: { id: user } }), close: () => client.destroy() };
}
