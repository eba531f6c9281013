import type { NextFunction, Request, Response } from 'express';
import { cartCount } from './cart.ts';
import { PEOPLE, personOf } from './people.ts';
import { sessionOf } from './session.ts';

/** What the frame around every page shows: who is here, what is in the cart, where the sign-in leads back to. */
export function pageContext(req: Request, res: Response, next: NextFunction): void {
  const session = sessionOf(req);
  res.set('Cache-Control', 'private, no-cache'); // each page is somebody's
  Object.assign(res.locals, {
    people: PEOPLE,
    person: personOf(session.userId),
    cartCount: cartCount(session.cart ?? {}),
    here: req.originalUrl,
  });
  next();
}
