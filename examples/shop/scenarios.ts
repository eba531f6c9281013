/** Sets of overrides that testers apply together in the toolbar. */
export const scenarios = [
  {
    name: 'New checkout',
    description: 'The guided checkout, with members’ prices in the cart.',
    overrides: { CHECKOUT_FLOW: 'WIZARD', LOYALTY_PRICES: 'MEMBERS' },
  },
  {
    name: 'Everything new',
    description: 'Every feature in development at once.',
    overrides: {
      MY_NEW_FEATURE: 'VISIBLE',
      CHECKOUT_FLOW: 'ONE_PAGE',
      NEW_SEARCH: 'ON',
      PRODUCT_LAYOUT: 'LIST',
    },
  },
  {
    name: 'A member’s evening',
    description: 'What Grace sees after five o’clock.',
    overrides: { LOYALTY_PRICES: 'MEMBERS', WELCOME_BANNER: 'EVENING' },
  },
] as const;
