import { defineFlags } from 'gatekeeper-flags';

export const flags = defineFlags({
  MY_NEW_FEATURE: {
    description: 'Gate visibility of my new feature during development',
    variants: ['VISIBLE', 'NOT_VISIBLE'],
    default: 'NOT_VISIBLE',
    users: { VISIBLE: [1, 2, 3] },
    decide: ({ app }) => (app.locals.isDev ? 'VISIBLE' : undefined),
  },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: 10, HIGH: 100 }, default: 'LOW' },
});

declare module 'gatekeeper-flags' {
  interface Register {
    flags: typeof flags;
  }
}
