// The CommonJS half of the application.
import express = require('express');
import library = require('gatekeeper-flags');
import edge = require('gatekeeper-flags/express');

export const keeperFor = (flags: library.RegisteredFlags): library.Gatekeeper => library.createGatekeeper({ flags });

export const app = express();
app.use(edge.gatekeeper(library.createGatekeeper({ flags: {} as library.RegisteredFlags })));
app.get('/', (request, response) => {
  const variant: 'EXACT' | 'FUZZY' = request.gk.ffVariant('SEARCH');
  // @ts-expect-error there is no such flag
  request.gk.ff('SAERCH', 'FUZZY');
  response.json(variant);
});

export const isOurs = (error: unknown): error is library.GatekeeperError => error instanceof library.GatekeeperError;
