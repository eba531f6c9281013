import { createGatekeeper, defineFlags, type Gate, type HostRequest } from 'gatekeeper-flags';
import { type GatekeeperVariables, gatekeeper, grantRoute, manifestRoute } from 'gatekeeper-flags/hono';
import { type Context, Hono } from 'hono';

const flags = defineFlags({
  MY_NEW_FEATURE: {
    variants: ['VISIBLE', 'NOT_VISIBLE'],
    default: 'NOT_VISIBLE',
    decide: ({ request }) => (request.req.header('x-user') === 'ann' ? 'VISIBLE' : undefined),
  },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: 10, HIGH: 100 }, default: 'LOW' },
});
const keeper = createGatekeeper({ flags, allowOverrides: (c) => c.req.header('x-user') === 'ann' });

export const app = new Hono()
  .use(gatekeeper(keeper, { userId: (c) => c.req.header('x-user'), attributes: (c) => ({ path: c.req.path }) }))
  .use(manifestRoute(keeper))
  .use(grantRoute(keeper))
  .get('/', (c) => {
    const { gk } = c.var;
    const visible: boolean = gk.ff('MY_NEW_FEATURE', 'VISIBLE');
    const variant: 'EXACT' | 'FUZZY' = gk.ffVariant('SEARCH');
    const limit: 10 | 100 = c.get('gk').ffValue('LIMIT');
    // @ts-expect-error there is no such flag
    gk.ff('MY_NEW_FAETURE', 'VISIBLE');
    // @ts-expect-error FUZZY belongs to SEARCH
    gk.ff('MY_NEW_FEATURE', 'FUZZY');
    // @ts-expect-error its values are numbers
    const text: string = gk.ffValue('LIMIT');
    return c.json({ visible, variant, limit, text });
  });

// In statements of their own, the variables are named once.
const apart = new Hono<{ Variables: GatekeeperVariables<typeof flags> & { user: { id: string } } }>();
apart.use(gatekeeper(keeper, { userId: (c) => c.var.user.id }));
apart.get('/:page', (c) => {
  const gk: Gate<typeof flags> = c.var.gk;
  // @ts-expect-error there is no such variant
  return c.text(gk.ff('SEARCH', 'FUZY') ? c.req.param('page') : c.var.user.id);
});
app.route('/apart', apart);

export const readsContext = (c: Context): HostRequest => c;
// @ts-expect-error a user's id is a string or a number
gatekeeper(keeper, { userId: () => true });
