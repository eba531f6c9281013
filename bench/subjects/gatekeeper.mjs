import { createGatekeeper, defineFlags } from '../../dist/server-lib/index.js';
import { rulesDocument } from './rules-document.mjs';

/** Ours as an application uses it: lists in code, rollouts in a rules document, a new gate for each decision. */
export async function open(work) {
  const keeper = createGatekeeper(optionsFor(work));
  return { decide: (flag, user) => keeper.gateFor({ userId: user }).ff(flag, 'ON') };
}

export function optionsFor({ flags, kind }) {
  const definition = ({ users }) => ({
    variants: ['ON', 'OFF'],
    default: 'OFF',
    ...(kind === 'allow-list' ? { users: { ON: users } } : {}),
  });
  const defined = defineFlags(Object.fromEntries(flags.map((flag) => [flag.name, definition(flag)])));
  return { flags: defined, ...(kind === 'rollout' ? { rules: rulesDocument({ flags, kind }) } : {}) };
}
