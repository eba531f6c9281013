// app.js
import express from 'express';
import { gatekeeper } from 'gatekeeper-flags/express';
import { keeper } from './flags.js';

export function checkout(req, res) {
  res.send(req.gk.ff('CHECKOUT', 'ONE_PAGE') ? 'One page' : 'Three steps');
}

export const app = express();
app.use(gatekeeper(keeper, { attributes: (req) => ({ country: req.get('x-country') }) }));
app.get('/checkout', checkout);
