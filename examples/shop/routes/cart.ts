import { Router } from 'express';
import { productOf } from '../catalogue/catalogue.ts';
import { cartLines, cartTotal, withOneMore, without } from '../checkout/cart.ts';
import { sessionOf } from '../people/session.ts';

export const cart = Router();

cart.get('/cart', (req, res) => {
  const discount = req.gk.ffValue('LOYALTY_PRICES');
  const lines = cartLines(sessionOf(req).cart ?? {}, { discount });
  res.render('cart', { flow: req.gk.ffVariant('CHECKOUT_FLOW'), lines, total: cartTotal(lines) });
});

cart.post('/cart/add', (req, res) => {
  const product = productOf(req.body?.product);
  const session = sessionOf(req);
  if (product) session.cart = withOneMore(session.cart ?? {}, product);
  res.redirect(303, '/cart');
});

cart.post('/cart/remove', (req, res) => {
  const product = productOf(req.body?.product);
  const session = sessionOf(req);
  if (product) session.cart = without(session.cart ?? {}, product);
  res.redirect(303, '/cart');
});
