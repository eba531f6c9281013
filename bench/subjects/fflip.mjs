import fflip from 'fflip';
import { bucketing } from './hash.mjs';

/** fflip with the criteria of its README. Its percentages need numeric user ids, so this one uses the hash of the limit. */
export async function open({ flags, kind }) {
  fflip.config({
    criteria: [
      { id: 'allowUserIDs', check: (user, ids) => ids.indexOf(user.id) > -1 },
      { id: 'percentageOfUsers', check: (user, { isInFirst, percent }) => isInFirst(user.id, percent) },
    ],
    features: flags.map(({ name, users }) => ({
      id: name,
      criteria:
        kind === 'rollout'
          ? { percentageOfUsers: { isInFirst: bucketing(name), percent: 50 } }
          : { allowUserIDs: users },
    })),
  });
  return { decide: (flag, user) => fflip.isFeatureEnabledForUser(flag, { id: user }) };
}
