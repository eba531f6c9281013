import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeperProxy, nextGate } from 'gatekeeper-flags/next';

const flags = defineFlags({
  CHECKOUT: { description: 'The checkout that a customer gets', variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  WELCOME: { variants: ['SHOWN', 'HIDDEN'], default: 'HIDDEN', users: { SHOWN: ['ann'] } },
});
const keeper = createGatekeeper({ flags, name: 'Next example' });
const options = { userId: async ({ headers }) => headers.get('x-user') };

export const gk = nextGate(keeper, options);
export const proxy = gatekeeperProxy(keeper, options);
