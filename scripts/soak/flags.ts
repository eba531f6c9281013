import { defineFlags } from '../../server-lib/index.ts';

const OFF_AND_ON = ['OFF', 'ON'] as const;

/** The flags of a shop: some by user, some by code, one that cannot be overridden. */
export const flags = defineFlags({
  BANNER: { variants: OFF_AND_ON, default: 'OFF', users: { ON: [1, 7, 'u_42'] } },
  CHECKOUT: {
    variants: ['CLASSIC', 'ONE_PAGE', 'WIZARD'],
    default: 'CLASSIC',
    users: { ONE_PAGE: ['u_1', 'u_2'] },
    decide: ({ userId }) => (String(userId).endsWith('9') ? 'WIZARD' : undefined),
  },
  SEARCH: { variants: OFF_AND_ON, default: 'ON', decide: ({ attributes }) => (attributes.beta ? 'ON' : 'OFF') },
  PRICES: { variants: ['PLAIN', 'ROUND'], default: 'PLAIN', decide: ({ userId }) => (userId ? 'ROUND' : 'PLAIN') },
  LAYOUT: { variants: ['GRID', 'LIST'], default: 'GRID' },
  RATINGS: { variants: OFF_AND_ON, default: 'ON' },
  PAYMENTS: { variants: ['OPEN', 'CLOSED'], default: 'OPEN', overridable: false },
  SECRET: { variants: OFF_AND_ON, default: 'OFF', hidden: true },
  // A failing flag must not make the page fail.
  BROKEN: {
    variants: OFF_AND_ON,
    default: 'OFF',
    decide: () => {
      throw new Error('thrown on purpose');
    },
  },
});

/** The user whom testers simulate. */
export const SIMULATED_USER = 'u_simulated';

/** The pages, each with the five flags that it evaluates. */
export const PAGES = {
  '/': ['BANNER', 'LAYOUT', 'PRICES', 'SEARCH', 'RATINGS'],
  '/lamps': ['LAYOUT', 'PRICES', 'RATINGS', 'SEARCH', 'BROKEN'],
  '/search': ['SEARCH', 'LAYOUT', 'BANNER', 'SECRET', 'PRICES'],
  '/cart': ['PRICES', 'CHECKOUT', 'PAYMENTS', 'BANNER', 'BROKEN'],
  '/checkout': ['CHECKOUT', 'PAYMENTS', 'PRICES', 'RATINGS', 'LAYOUT'],
} as const satisfies Readonly<Record<string, readonly (keyof typeof flags)[]>>;
