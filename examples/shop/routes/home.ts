import { Router } from 'express';
import { CATALOGUE } from '../catalogue/catalogue.ts';
import { priceOf } from '../catalogue/prices.ts';

export const home = Router();

home.get('/', (req, res) => {
  const member = req.gk.ff('LOYALTY_PRICES', 'MEMBERS');
  const shelf = CATALOGUE.map((product) => ({ product, price: priceOf(product, { member }) }));
  res.render('home', { shelf, query: req.query.q });
});
