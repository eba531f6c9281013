import { bucketing } from './hash.mjs';

/** The limit: a Map of closures, without requests, overrides or reasons. */
export async function open({ flags, kind }) {
  const answers = new Map(flags.map((flag) => [flag.name, answer(flag, kind)]));
  return { decide: (flag, user) => answers.get(flag)(user) };
}

function answer({ name, users }, kind) {
  if (kind === 'rollout') {
    const isInFirst = bucketing(name);
    return (user) => isInFirst(user, 50);
  }
  const listed = new Set(users);
  return (user) => listed.has(user);
}
