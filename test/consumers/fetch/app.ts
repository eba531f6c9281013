import { createGatekeeper, defineFlags, type HostRequest } from 'gatekeeper-flags';
import { handle, openGate } from 'gatekeeper-flags/fetch';

const flags = defineFlags({
  MY_NEW_FEATURE: {
    variants: ['VISIBLE', 'NOT_VISIBLE'],
    default: 'NOT_VISIBLE',
    decide: ({ request }) => (request.headers.get('x-user') === 'ann' ? 'VISIBLE' : undefined),
  },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
});
const keeper = createGatekeeper({ flags, allowOverrides: (request) => request.headers.get('x-user') === 'ann' });

export async function serve(request: Request): Promise<Response> {
  const { gk, finish } = openGate(keeper, request, { userId: ({ headers }) => headers.get('x-user') });
  const hostRequest: HostRequest = request;
  const visible: boolean = gk.ff('MY_NEW_FEATURE', 'VISIBLE');
  const variant: 'EXACT' | 'FUZZY' = gk.ffVariant('SEARCH');
  // @ts-expect-error there is no such flag
  gk.ff('MY_NEW_FAETURE', 'VISIBLE');
  // @ts-expect-error FUZZY belongs to SEARCH
  gk.ff('MY_NEW_FEATURE', 'FUZZY');
  // @ts-expect-error a user's id is a string or a number
  openGate(keeper, request, { userId: () => true });
  return (await handle(keeper, hostRequest)) ?? finish(Response.json({ visible, variant }));
}
