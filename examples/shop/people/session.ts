import { randomBytes } from 'node:crypto';
import cookieSession from 'cookie-session';
import type { Request, RequestHandler } from 'express';
import type { Cart, PlacedOrder } from '../checkout/cart.ts';
import type { Draft } from '../checkout/order-form.ts';

declare global {
  namespace CookieSessionInterfaces {
    interface CookieSessionObject {
      userId?: number;
      cart?: Cart;
      draft?: Draft;
      order?: PlacedOrder;
    }
  }
}

/** Keeps the shop's state in one signed cookie. Without SESSION_KEY, the sessions end when the shop restarts. */
export function shopSession(): RequestHandler {
  const key = process.env.SESSION_KEY ?? randomBytes(32).toString('base64url');
  return cookieSession({ name: 'shop', keys: [key], httpOnly: true, sameSite: 'lax' });
}

export function sessionOf(req: Request): CookieSessionInterfaces.CookieSessionObject {
  if (!req.session) throw new Error('Expected a session, but shopSession() has not run: add it before the routes');
  return req.session;
}
