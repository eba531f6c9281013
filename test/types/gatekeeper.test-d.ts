import connect from 'connect';
import express from 'express';
import express4 from 'express4';
import { expectTypeOf } from 'vitest';
import { gatekeeper, manifestRoute, visitorCookie } from '../../server-lib/express.ts';
import {
  createGatekeeper,
  defineFlags,
  type FlagDefinitions,
  type Gate,
  type Gatekeeper,
  type GatekeeperErrorCode,
  type RegisteredFlags,
} from '../../server-lib/index.ts';
import { evaluationEvents } from '../../server-lib/opentelemetry.ts';
import { fileSource } from '../../server-lib/rules.ts';

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const keeper = createGatekeeper({ flags });

// The options of createGatekeeper.
createGatekeeper({ flags, allowOverrides: (request) => request.get('x-user') === 'ann' });
createGatekeeper({ flags, onError: ({ code }) => expectTypeOf(code).toEqualTypeOf<GatekeeperErrorCode>() });
createGatekeeper({ flags, scenarios: [{ name: 'Fuzzy', overrides: { SEARCH: 'FUZZY' } }] });
createGatekeeper({ flags: { SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } } })
  .gateFor()
  .ff('SEARCH', 'FUZZY');
createGatekeeper({ flags, onEvaluate: ({ userId }) => expectTypeOf(userId).toEqualTypeOf<string | undefined>() });
createGatekeeper({ flags, onEvaluate: evaluationEvents(), exposures: { overrides: true, window: 100 } });
createGatekeeper({ flags, rules: '{"flags":{}}' });
createGatekeeper({ flags, rules: { flags: {} } });
createGatekeeper({ flags, rules: fileSource('rules.json') });
expectTypeOf(keeper.ready).toEqualTypeOf<Promise<void>>();
expectTypeOf(keeper.health().lastError).toEqualTypeOf<string | undefined>();

// @ts-expect-error `flags` is missing from the rules document
createGatekeeper({ flags, rules: {} });
// @ts-expect-error a policy is synchronous
createGatekeeper({ flags, allowOverrides: async () => true });
// @ts-expect-error a policy returns a boolean
createGatekeeper({ flags, allowOverrides: () => ({ id: 1 }) });
// @ts-expect-error SEARCH has no variant FUZY
createGatekeeper({ flags, scenarios: [{ name: 'Fuzzy', overrides: { SEARCH: 'FUZY' } }] });
// @ts-expect-error no flag of this name
createGatekeeper({ flags, scenarios: [{ name: 'Fuzzy', overrides: { SAERCH: 'FUZZY' } }] });
// @ts-expect-error a misspelt option
createGatekeeper({ flags, allowOverride: () => true });
// @ts-expect-error the flags are missing
createGatekeeper({ name: 'Demo shop' });

// The handlers have types that every framework accepts.
for (const app of [express(), express.Router()]) app.use(gatekeeper(keeper), manifestRoute(keeper));
express4().use(gatekeeper(keeper)).use(manifestRoute(keeper));
connect().use(gatekeeper(keeper)).use(manifestRoute(keeper));
express().get('/flags.json', manifestRoute(keeper, { path: '/flags.json' }));

// The return types of the middleware's options.
gatekeeper(keeper, { userId: (request) => request.get('x-user') });
gatekeeper(keeper, { userId: () => null, attributes: () => ({ plan: 'pro' }), session: () => ({ cart: 2 }) });
gatekeeper(keeper, { visitorId: visitorCookie() });
gatekeeper(keeper, { visitorId: visitorCookie({ name: 'shop-visitor', maxAge: 3_600 }) });
gatekeeper(keeper, { visitorId: (request) => request.get('x-visitor') });
gatekeeper(keeper, { visitorId: (request, visitor) => (request.secure ? visitorCookie()(request, visitor) : null) });
keeper.gateFor({ visitorId: 'v1' });
// @ts-expect-error an id is a string or a number
gatekeeper(keeper, { visitorId: () => ({ id: 7 }) });
// @ts-expect-error `visitorId` is synchronous
gatekeeper(keeper, { visitorId: async () => 'v1' });
// @ts-expect-error a misspelt option
visitorCookie({ maxage: 60 });
// @ts-expect-error an id is a string or a number
gatekeeper(keeper, { userId: () => ({ id: 7 }) });
// @ts-expect-error `userId` is synchronous
gatekeeper(keeper, { userId: async () => 'ann' });
// @ts-expect-error `attributes` returns an object
gatekeeper(keeper, { attributes: () => 'pro' });

const simulate = {
  userId: true,
  time: true,
  attributes: { country: ['DE'], seats: { min: 1, max: 5 }, beta: 'boolean' },
} as const;
createGatekeeper({ flags, simulate });
expectTypeOf(createGatekeeper({ flags, simulate }).gateFor().explain('SEARCH').simulated).toEqualTypeOf<
  true | undefined
>();
// @ts-expect-error a closed set is a list, a range or 'boolean'
createGatekeeper({ flags, simulate: { attributes: { country: 'DE' } } });
// @ts-expect-error a range has two ends
createGatekeeper({ flags, simulate: { attributes: { seats: { min: 1 } } } });
// @ts-expect-error a misspelt option
createGatekeeper({ flags, simulate: { user: true } });
defineFlags({
  DATED: { variants: ['ON', 'OFF'], default: 'OFF', decide: ({ now }) => (now.getTime() > 0 ? 'ON' : undefined) },
});

// Without registered flags, req.gk accepts any name, and a variant may be undefined.
expectTypeOf<RegisteredFlags>().toEqualTypeOf<FlagDefinitions>();
express().use((req, res) => {
  expectTypeOf(req.gk).toEqualTypeOf<Gate>();
  expectTypeOf(res.locals.gk).toEqualTypeOf<Gate>();
  expectTypeOf(req.gk.ff('ANY', 'NAME')).toEqualTypeOf<boolean>();
  expectTypeOf(req.gk.ffVariant('ANY')).toEqualTypeOf<string | undefined>();
  expectTypeOf(req.gk.explain('ANY')?.variant).toEqualTypeOf<string | undefined>();
});

/** A function for any application's flags. */
export function report<Flags extends FlagDefinitions>(any: Gatekeeper<Flags>): readonly string[] {
  return Object.keys(any.flags);
}
report(keeper);
report<FlagDefinitions>(createGatekeeper<FlagDefinitions>({ flags }));
