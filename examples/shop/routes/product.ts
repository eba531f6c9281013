import { Router } from 'express';
import { productOf } from '../catalogue/catalogue.ts';
import { priceOf } from '../catalogue/prices.ts';

export const product = Router();

product.get('/lamps/:id', (req, res, next) => {
  const lamp = productOf(req.params.id);
  if (lamp === undefined) return next();
  const discount = req.gk.ffValue('LOYALTY_PRICES');
  res.render('product', { product: lamp, price: priceOf(lamp, { discount }) });
});
