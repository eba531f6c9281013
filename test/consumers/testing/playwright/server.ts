// server.ts
import express from 'express';
import { createGatekeeper } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import { flags } from './flags.js';

const app = express();
app.use(gatekeeper(createGatekeeper({ flags })));
app.get('/checkout', (req, res) => {
  res.send(`<h1>${req.gk.ff('CHECKOUT', 'ONE_PAGE') ? 'One page' : 'Three steps'}</h1>`);
});
app.listen(process.env.PORT);
