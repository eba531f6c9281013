// flags.js
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';

export const flags = defineFlags({
  CHECKOUT: {
    variants: ['CLASSIC', 'ONE_PAGE'],
    default: 'CLASSIC',
    decide: ({ attributes }) => (attributes.country === 'NL' ? 'ONE_PAGE' : undefined),
  },
});

export const keeper = createGatekeeper({ flags });
