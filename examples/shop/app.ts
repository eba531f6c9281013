import { fileURLToPath } from 'node:url';
import express, { type Express } from 'express';
import { createGatekeeper, type GatekeeperOptions } from 'gatekeeper-flags';
import {
  gatekeeper,
  grantRoute,
  manifestRoute,
  ofrepRoute,
  overridePage,
  visitorCookie,
} from 'gatekeeper-flags/express';
import { flags, scenarios } from './flags.ts';
import { failure, notFound } from './middleware/failures.ts';
import { pageContext } from './middleware/page-context.ts';
import { pageHeaders } from './middleware/page-headers.ts';
import { sameOriginPosts } from './middleware/same-origin.ts';
import { shopGrants } from './people/grants.ts';
import { isStaff } from './people/people.ts';
import { shopSession } from './people/session.ts';
import { behindTheScenes } from './routes/behind-the-scenes.ts';
import { cart } from './routes/cart.ts';
import { checkout } from './routes/checkout.ts';
import { home } from './routes/home.ts';
import { product } from './routes/product.ts';
import { rollouts } from './routes/rollouts.ts';
import { searchApi } from './routes/search-api.ts';
import { signIn } from './routes/sign-in.ts';
import type { ShopRules } from './rules.ts';
import { useViews } from './views.ts';

export interface ShopOptions extends Pick<GatekeeperOptions<typeof flags>, 'allowOverrides'> {
  /** The hour of the day, for the welcome banner. */
  readonly hour?: () => number;
  /** Rules that decide flags before the code does. The caller that opened them closes them. */
  readonly rules?: ShopRules;
}

export function createShop({ hour = () => new Date().getHours(), rules, ...policy }: ShopOptions = {}): Express {
  const environment = process.env.NODE_ENV || 'development';
  const grants = shopGrants();
  const keeper = createGatekeeper({
    flags,
    scenarios,
    environment,
    name: 'Demo shop',
    simulate: {
      userId: true,
      time: true,
      attributes: { country: ['NL', 'BE', 'DE'], hour: { min: 0, max: 23 }, staff: 'boolean' },
    },
    ...policy,
    ...(grants && { grants }),
    ...(rules && { rules: rules.source }),
  });
  const app = express();
  app.locals.paymentsStopped = process.env.PAYMENTS === 'stopped';
  useViews(app);
  app.disable('x-powered-by');

  // Before the session: the user is read at the first evaluation, and the session exists by then.
  app.use(
    gatekeeper(keeper, {
      userId: (req) => req.session?.userId,
      visitorId: visitorCookie(), // for rollouts to visitors who are not signed in
      attributes: ({ session }) => ({ hour: hour(), country: 'NL', staff: isStaff(session?.userId) }),
    }),
  );
  app.use(pageHeaders);
  app.use(express.static(fileURLToPath(new URL('public', import.meta.url))));
  app.use(shopSession());
  app.use(manifestRoute(keeper)); // after the session: it responds at once, for the signed-in user
  app.use(overridePage(keeper)); // for browsers without the extension
  if (grants) app.use(grantRoute(keeper));
  app.use(ofrepRoute(keeper, { flags: ['CHECKOUT_FLOW', 'LOYALTY_PRICES', 'PRODUCT_LAYOUT'], events: true }));
  app.use(pageContext, sameOriginPosts);
  if (rules) app.use(rollouts(rules, keeper.adapter.isDevelopment));
  app.use(express.urlencoded({ extended: false, limit: '4kb' }));

  app.use(home, product, searchApi, signIn, cart, checkout, behindTheScenes);
  app.use(notFound, failure);
  return app;
}
