/**
 * The measured libraries. `rules`: evaluates a rules document at run time; the others run the application's own functions.
 * `bucket`: the results of a rollout must be the same for each user; the others have their own hash.
 */
export const SUBJECTS = [
  { id: 'map-closure', title: 'Map + closure (the limit)', bucket: 'flagd' },
  { id: 'gatekeeper', title: '**gatekeeper-flags**', rules: true, bucket: 'flagd' },
  { id: 'fflip', title: 'fflip', package: 'fflip', bucket: 'flagd' },
  {
    id: 'flagd-core',
    title: '@openfeature/flagd-core',
    package: '@openfeature/flagd-core',
    rules: true,
    bucket: 'flagd',
  },
  { id: 'growthbook', title: '@growthbook/growthbook', package: '@growthbook/growthbook', rules: true },
  { id: 'unleash', title: 'unleash-client', package: 'unleash-client', rules: true },
  { id: 'launchdarkly', title: '@launchdarkly/node-server-sdk', package: '@launchdarkly/node-server-sdk', rules: true },
  {
    id: 'openfeature',
    title: '@openfeature/server-sdk, in memory',
    package: '@openfeature/server-sdk',
    bucket: 'flagd',
  },
  { id: 'vercel-flags', title: 'flags (Vercel)', package: 'flags', bucket: 'flagd' },
];
