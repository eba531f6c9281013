import { randomInt } from 'node:crypto';
import { type Product, productOf } from '../catalogue/catalogue.ts';
import { type Price, priceOf } from '../catalogue/prices.ts';

/** The quantity of each product, by id: small enough for the session cookie. */
export type Cart = Readonly<Record<string, number>>;

export interface CartLine {
  readonly product: Product;
  readonly quantity: number;
  readonly price: Price;
  readonly sum: number;
}

/** Adds one, up to nine of one lamp. */
export function withOneMore(cart: Cart, { id }: Product): Cart {
  return { ...cart, [id]: Math.min((cart[id] ?? 0) + 1, 9) };
}

export function without(cart: Cart, { id }: Product): Cart {
  const { [id]: _removed, ...rest } = cart;
  return rest;
}

/** The lines of the cart with prices. Products that are no longer in the catalogue are omitted. */
export function cartLines(cart: Cart, { discount }: { readonly discount: number }): readonly CartLine[] {
  return Object.entries(cart).flatMap(([id, quantity]) => {
    const product = productOf(id);
    if (product === undefined) return [];
    const price = priceOf(product, { discount });
    return [{ product, quantity, price, sum: price.now * quantity }];
  });
}

export function cartTotal(lines: readonly CartLine[]): number {
  return lines.reduce((total, { sum }) => total + sum, 0);
}

export function cartCount(cart: Cart): number {
  return Object.values(cart).reduce((count, quantity) => count + quantity, 0);
}

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
