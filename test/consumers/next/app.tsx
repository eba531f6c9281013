import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { GatekeeperUsed, gatekeeperProxy, nextGate } from 'gatekeeper-flags/next';
import { type NextMiddleware, type NextRequest, NextResponse } from 'next/server.js';

const flags = defineFlags({
  MY_NEW_FEATURE: {
    variants: ['VISIBLE', 'NOT_VISIBLE'],
    default: 'NOT_VISIBLE',
    decide: ({ request }) => (request.headers.get('x-user') === 'ann' ? 'VISIBLE' : undefined),
  },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: 10, HIGH: 100 }, default: 'LOW' },
});
const keeper = createGatekeeper({ flags, allowOverrides: ({ userId }) => userId === 'ann' });
const gk = nextGate(keeper, { userId: async ({ cookies }) => cookies.get('user')?.value });

export default async function Page() {
  const gate = await gk();
  const visible: boolean = gate.ff('MY_NEW_FEATURE', 'VISIBLE');
  const limit: 10 | 100 = gate.ffValue('LIMIT');
  // @ts-expect-error there is no such flag
  gate.ff('MY_NEW_FAETURE', 'VISIBLE');
  // @ts-expect-error FUZZY belongs to SEARCH
  gate.ff('MY_NEW_FEATURE', 'FUZZY');
  // @ts-expect-error its values are numbers
  const text: string = gate.ffValue('LIMIT');
  return (
    <>
      {visible ? limit : text}
      <GatekeeperUsed gk={gk} />
      <GatekeeperUsed gk={gate} />
    </>
  );
}

export async function GET(): Promise<Response> {
  return gk.finish(Response.json((await gk()).ffVariant('SEARCH')));
}

export const proxy: NextMiddleware = gatekeeperProxy(keeper, {}, (request: NextRequest, gate) => {
  if (request.nextUrl.pathname === '/search' && gate.ff('SEARCH', 'FUZZY')) {
    return NextResponse.rewrite(new URL('/fuzzy', request.url));
  }
  // @ts-expect-error there is no such variant
  return gate.ff('SEARCH', 'FUZY') ? NextResponse.next() : undefined;
});
export const middleware: NextMiddleware = gatekeeperProxy(keeper, { manifestPath: '/flags.json' });

// @ts-expect-error a user's id is a string or a number
nextGate(keeper, { userId: async () => true });
