import { Router } from 'express';
import { CATALOGUE } from '../catalogue/catalogue.ts';
import { priceOf } from '../catalogue/prices.ts';

export const home = Router();

home.get('/', (req, res) => {
  const discount = req.gk.ffValue('LOYALTY_PRICES');
  const shelf = CATALOGUE.map((product) => ({ product, price: priceOf(product, { discount }) }));
  res.render('home', { shelf, query: req.query.q });
});
