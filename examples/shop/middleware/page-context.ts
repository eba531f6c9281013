import type { NextFunction, Request, Response } from 'express';
import { cartCount } from '../checkout/cart.ts';
import { PEOPLE, personOf } from '../people/people.ts';
import { sessionOf } from '../people/session.ts';

/** Sets what the layout of every page shows: the user, the number of lamps in the cart, and where sign-in returns to. */
export function pageContext(req: Request, res: Response, next: NextFunction): void {
  const session = sessionOf(req);
  res.set('Cache-Control', 'private, no-cache'); // each page is for one user
  Object.assign(res.locals, {
    people: PEOPLE,
    person: personOf(session.userId),
    cartCount: cartCount(session.cart ?? {}),
    here: req.originalUrl,
  });
  next();
}
