import { defineFlags } from 'gatekeeper-flags';

export const flags = defineFlags({
  MY_NEW_FEATURE: {
    description: 'The lending room: customers take a lamp home for a week before they buy it. In development.',
    variants: ['VISIBLE', 'NOT_VISIBLE'],
    default: 'NOT_VISIBLE',
    users: { VISIBLE: [1, 2] },
    owner: 'web-team',
    tags: ['home'],
    url: 'https://tracker.example.com/SHOP-214',
    createdAt: '2026-11-02',
    expiresAt: '2027-03-01',
  },
  CHECKOUT_FLOW: {
    description: 'The checkout: two pages, one page, or three guided steps.',
    variants: ['CLASSIC', 'ONE_PAGE', 'WIZARD'],
    default: 'CLASSIC',
    owner: 'checkout-team',
    tags: ['checkout', 'experiment'],
    url: 'https://tracker.example.com/SHOP-187',
    createdAt: '2026-09-14',
    expiresAt: '2027-01-31',
  },
  NEW_SEARCH: {
    description: 'Search that tolerates typing errors. Only the search API evaluates it, no page does.',
    variants: ['ON', 'OFF'],
    default: 'OFF',
    owner: 'search-team',
    tags: ['search', 'api'],
    createdAt: '2026-04-20',
    expiresAt: '2026-10-31',
  },
  PAYMENTS_KILL_SWITCH: {
    description: 'Closes payments when the provider is down. Only the operator can change it.',
    variants: ['RUNNING', 'STOPPED'],
    default: 'RUNNING',
    overridable: false,
    decide: ({ app }) => (app?.locals.paymentsStopped ? 'STOPPED' : undefined),
    owner: 'payments-team',
    tags: ['checkout', 'operations'],
  },
  WELCOME_BANNER: {
    description: 'A greeting above the shelf, in the morning and in the evening by the shop’s clock.',
    variants: ['MORNING', 'EVENING', 'HIDDEN'],
    default: 'HIDDEN',
    decide: ({ attributes }) => greetingAt(Number(attributes.hour)),
    owner: 'web-team',
    tags: ['home'],
  },
  LOYALTY_PRICES: {
    description: 'Members see their own price next to the regular price.',
    variants: ['MEMBERS', 'EVERYONE'],
    values: { MEMBERS: 15, EVERYONE: 0 }, // per cent off
    default: 'EVERYONE',
    users: { MEMBERS: [2] },
    owner: 'pricing-team',
    tags: ['prices'],
  },
  PRODUCT_LAYOUT: {
    description: 'The shelf as a grid of pictures, or as a list that is easy to compare.',
    variants: ['GRID', 'LIST'],
    default: 'GRID',
    owner: 'web-team',
    tags: ['home'],
  },
  INTERNAL_MARGINS: {
    description: 'The margin of each lamp, for the buyer only.',
    variants: ['SHOWN', 'NOT_SHOWN'],
    default: 'NOT_SHOWN',
    users: { SHOWN: [3] },
    hidden: true,
    owner: 'pricing-team',
    tags: ['prices'],
  },
});

declare module 'gatekeeper-flags' {
  interface Register {
    flags: typeof flags;
  }
}

function greetingAt(hour: number): 'MORNING' | 'EVENING' | undefined {
  if (hour >= 5 && hour < 12) return 'MORNING';
  if (hour >= 17) return 'EVENING';
  return undefined;
}

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
