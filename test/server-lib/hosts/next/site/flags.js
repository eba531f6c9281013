import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeperProxy, nextGate } from 'gatekeeper-flags/next';
import { redirect } from 'next/navigation';
import { NextResponse } from 'next/server';

const flags = defineFlags({
  MY_NEW_FEATURE: {
    description: 'Gate visibility of my new feature during development',
    variants: ['VISIBLE', 'NOT_VISIBLE'],
    default: 'NOT_VISIBLE',
    users: { VISIBLE: [1, 2, 3] },
  },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  STAFF_ONLY: {
    variants: ['ON', 'OFF'],
    default: 'OFF',
    decide: ({ session, attributes }) => (session?.isStaff && attributes.plan === 'pro' ? 'ON' : undefined),
  },
});

const keeper = createGatekeeper({
  flags,
  name: 'Next site',
  onError: () => {},
  ...(process.env.SITE === 'policy' && { allowOverrides: ({ session }) => session?.isStaff === true }),
});

const options = {
  userId: async ({ cookies }) => {
    const user = cookies.get('user')?.value;
    if (user === 'fails') throw new Error('no session');
    if (user === 'leaves') redirect('/fixed');
    return user;
  },
  attributes: async () => ({ plan: 'pro' }),
  session: async ({ headers }) => ({ isStaff: headers.get('x-staff') === 'yes' }),
};

export const gk = nextGate(keeper, options);

export const proxy = gatekeeperProxy(keeper, { ...options, overridePage: {} }, (request, gate) =>
  request.nextUrl.pathname === '/rewritten' && gate.ff('SEARCH', 'FUZZY')
    ? NextResponse.rewrite(new URL('/fixed', request.url))
    : undefined,
);
