import express from 'express';
import { createGatekeeper } from 'gatekeeper-flags';
import { gatekeeper, manifestRoute } from 'gatekeeper-flags/express';
import { MANIFEST_PATH } from 'gatekeeper-flags/wire';
import { flags } from './flags.js';

const keeper = createGatekeeper({ flags });
export const app = express();
app.use(gatekeeper(keeper, { userId: (request) => request.header('x-user') }));
app.use(manifestRoute(keeper));

app.get('/', (request, response) => {
  const visible: boolean = request.gk.ff('MY_NEW_FEATURE', 'VISIBLE');
  const variant: 'EXACT' | 'FUZZY' = request.gk.ffVariant('SEARCH');
  const limit: 10 | 100 = request.gk.ffValue('LIMIT');
  response.json({ visible, variant, limit, manifest: MANIFEST_PATH });
});

app.get('/misspelt', (request, response) => {
  // @ts-expect-error there is no such flag
  request.gk.ff('MY_NEW_FAETURE', 'VISIBLE');
  // @ts-expect-error FUZZY belongs to SEARCH
  request.gk.ff('MY_NEW_FEATURE', 'FUZZY');
  // @ts-expect-error there is no such flag
  keeper.gateFor({ userId: 1 }).ffVariant('SAERCH');
  // @ts-expect-error the value is a number
  const limit: string = request.gk.ffValue('LIMIT');
  response.end(limit);
});
