// An application on Connect, without Express and its types.
import connect from 'connect';
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeper, manifestRoute } from 'gatekeeper-flags/express';

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const keeper = createGatekeeper({ flags });
export const app = connect();
app.use(gatekeeper(keeper));
app.use(manifestRoute(keeper));

export const isFuzzy: boolean = keeper.gateFor({ userId: 1 }).ff('SEARCH', 'FUZZY');
// @ts-expect-error there is no such flag
keeper.gateFor({ userId: 1 }).ff('SAERCH', 'FUZZY');
