import { InMemStorageProvider, startUnleash } from 'unleash-client';

/** Unleash's server client with a bootstrap document, without polling or metrics. */
export async function open({ flags, kind }) {
  const strategy = ({ name, users }) =>
    kind === 'rollout'
      ? { name: 'flexibleRollout', parameters: { rollout: '50', stickiness: 'userId', groupId: name } }
      : { name: 'userWithId', parameters: { userIds: users.join(',') } };
  const client = await startUnleash({
    appName: 'bench',
    url: 'http://127.0.0.1:9/', // the discard port: never requested
    refreshInterval: 0,
    disableMetrics: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: {
      data: flags.map((flag) => ({
        name: flag.name,
        type: 'release',
        enabled: true,
        stale: false,
        impressionData: false,
        project: 'default',
        variants: [],
        strategies: [strategy(flag)],
      })),
    },
  });
  return { decide: (flag, user) => client.isEnabled(flag, { userId: user }), close: () => client.destroy() };
}
