import { flag as declare } from 'flags/next';
import { bucketing } from './hash.mjs';

/** Vercel's Flags SDK as the Pages Router calls it: with the request, from which `identify` reads the user. */
export async function open({ flags, kind }) {
  const identify = ({ headers }) => ({ id: headers.get('x-user') });
  const declared = new Map(
    flags.map((flag) => [flag.name, declare({ key: flag.name, identify, decide: decision(flag, kind) })]),
  );
  return { decide: (flag, user) => declared.get(flag)({ headers: { 'x-user': user } }) };
}

function decision({ name, users }, kind) {
  if (kind === 'rollout') {
    const isInFirst = bucketing(name);
    return ({ entities }) => isInFirst(entities.id, 50);
  }
  const listed = new Set(users);
  return ({ entities }) => listed.has(entities.id);
}
