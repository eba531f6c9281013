import { randomInt } from 'node:crypto';
import { type CartLine, cartTotal } from './cart.ts';

export interface PlacedOrder {
  readonly number: string;
  readonly name: string;
  readonly total: number;
}

/** Turns the session's cart and draft into an order. The demo does not send it anywhere. */
export function placeOrder(session: CookieSessionInterfaces.CookieSessionObject, lines: readonly CartLine[]): void {
  const number = `G-${randomInt(10_000, 100_000)}`;
  session.order = { number, name: session.draft?.name ?? '', total: cartTotal(lines) };
  delete session.cart;
  delete session.draft;
}
